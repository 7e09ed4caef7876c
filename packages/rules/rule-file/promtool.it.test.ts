import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@petrel/config';
import { expect, test } from 'vitest';
import { loadRuleFile } from './load-rule-file.ts';

const folder = fileURLToPath(new URL('../../../../shared/conformance/rules', import.meta.url));
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const canRun = existsSync(folder) && hasPromtool;
if (!canRun) console.log('promtool, or ../shared/conformance/rules, is not there: verdicts are not compared');

/** Files of which promtool 2.42 knows less than Prometheus does today. */
const NEWER: Readonly<Record<string, string>> = {
  'rulefmt/legacy_validation_annotation.bad.yaml':
    'bad only where names are held to the letters of old, which 2.42 always does',
  'rulefmt/utf-8_annotation.good.yaml': 'names of annotations in UTF-8 came with 3.0',
  'rulefmt/template_parsing_2.good.yaml': 'labels of groups came with 3.0',
};

test.skipIf(!canRun)('every file gets the verdict of promtool check rules (skipped where promtool is absent)', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  const differing = files.filter((file) => !(file in NEWER)).filter((file) => ours(file) !== theirs(file));
  expect(differing).toEqual([]);
  expect(files.length).toBeGreaterThan(130);
  // What is left out must differ, or it need not be left out.
  for (const file of Object.keys(NEWER)) expect(ours(file), file).not.toBe(theirs(file));
});

function ours(file: string): boolean {
  try {
    loadRuleFile({ path: join(folder, file), cwd: '/' });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function theirs(file: string): boolean {
  return spawnSync('promtool', ['check', 'rules', join(folder, file)]).status === 0;
}
