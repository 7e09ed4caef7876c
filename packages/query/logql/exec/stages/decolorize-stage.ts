import type { CompiledStage } from './stage.ts';

/** What begins an escape sequence of a terminal. */
const INTRODUCER = '[\\u001b\\u009b][[\\]()#;?]*';
/** Words that a bell ends: titles, links. */
const WORDS = '(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\u0007';
/** Numbers and the letter that says what to do with them: colours, movements. */
const COMMAND = '(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-nqrty=><~]';

const SEQUENCE = new RegExp(`${INTRODUCER}(?:${WORDS}|${COMMAND})`, 'g');

/** `| decolorize`: takes terminal colours out of the line. */
export const decolorizeStage: CompiledStage = () => (state) => {
  const { line } = state;
  if (line.includes('\u001b') || line.includes('\u009b')) state.line = line.replace(SEQUENCE, '');
  return true;
};
