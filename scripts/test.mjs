// npm test: everything that must hold before a change goes in — the linter, the types, and the tests of both projects. The last
// line is the sum: `N passed, N failed, N skipped`. Arguments go to vitest (npm test -- packages/wire).
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { checkPeers } from './peers.mjs';
import { root, setup } from './setup.mjs';

setup();
checkPeers();
const total = { passed: 0, failed: 0, skipped: 0 };

await suite('build', async () => {
  await build();
  return true;
});
await suite('lint', () => run('node_modules/.bin/biome', ['check', '--max-diagnostics=50', '.']));
await suite('types', () => run('node_modules/.bin/tsc', ['--noEmit']));
await tests(process.argv.slice(2));

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);

/** A check that counts as one. */
async function suite(name, check) {
  let ok = false;
  try {
    ok = await check();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.log(`test: ${name} ${ok ? 'passed' : 'FAILED'}`);
  total[ok ? 'passed' : 'failed']++;
}

async function tests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const ok = await run('node_modules/.bin/vitest', [
      'run',
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...args,
    ]);
    const failedBefore = total.failed;
    if (existsSync(reportFile)) count(JSON.parse(readFileSync(reportFile, 'utf8')));
    // An unhandled error outside any test, or a crash of the runner, fails no test by name and must not pass.
    if (!ok && total.failed === failedBefore) total.failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report) {
  for (const file of report.testResults) {
    // A file that does not load has failed without a single test in it.
    if (file.assertionResults.length === 0 && file.status === 'failed') total.failed++;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') total.passed++;
      else if (status === 'failed') total.failed++;
      else total.skipped++;
    }
  }
}

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(join(root, program), args, { cwd: root, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}
