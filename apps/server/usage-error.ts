/** One line, and where to read more. Returns the exit code. */
export function usageError(message: string): number {
  process.stderr.write(`petrel: ${message}\nRun \`petrel help\` for the commands and their options.\n`);
  return 1;
}
