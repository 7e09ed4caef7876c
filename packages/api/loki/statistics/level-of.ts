import type { LogResultLine } from '@petrel/query/logql/index.ts';

/** What the line itself says of its level comes before what was recognised. */
export function levelOf({ labels, level }: LogResultLine): string {
  return labels.get('detected_level') || level;
}
