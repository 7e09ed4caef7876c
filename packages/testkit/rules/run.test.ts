import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runRulesSuite } from './run.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/rules', import.meta.url));
if (!existsSync(folder)) console.log('../shared/conformance/rules is not there: its files are not run');

// Each takes seconds; `npm run conformance` and run.it.test.ts run them.
const SLOW = [
  'promtool/rules_large.yml',
  'mixins/kubernetes-mixin/tests/tests.yaml',
  'mixins/kubernetes-mixin/tests/absent_alert-test.yaml',
  'mixins/kubernetes-mixin/tests/apiserver-availability-test.yaml',
];

test.skipIf(!existsSync(folder))(
  'the rules conformance files pass (skipped where the folder is absent)',
  async () => {
    const { passed, failed, skipped, lines } = await runRulesSuite([folder], { leaveOut: SLOW });
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    // The historic switch of the @ modifier.
    expect({ failed, skipped }).toEqual({ failed: 0, skipped: 1 });
    expect(passed).toBeGreaterThan(130);
  },
  60_000,
);
