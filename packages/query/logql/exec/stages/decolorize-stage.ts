import { RE2JS } from 're2js';
import type { CompiledStage } from './stage.ts';

/** What begins an escape sequence of a terminal. */
const INTRODUCER = '[\\x{1b}\\x{9b}][\\[\\]()#;?]*';
/** Words that a bell ends: titles, links. */
const WORDS = '(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07';
/** Numbers and the letter that says what to do with them: colours, movements. */
const COMMAND = '(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-nqrty=><~]';

/** RE2 because lines come from anywhere: backtracking over a long run of semicolons would not end. */
const SEQUENCE = RE2JS.compile(`${INTRODUCER}(?:${WORDS}|${COMMAND})`);

/** `| decolorize`: takes terminal colours out of the line. */
export const decolorizeStage: CompiledStage = () => (state) => {
  const { line } = state;
  if (line.includes('\u001b') || line.includes('\u009b')) state.line = SEQUENCE.matcher(line).replaceAll('');
  return true;
};
