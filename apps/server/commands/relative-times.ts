/** `--from -7d` as `--from=-7d`: a value that begins with a dash would be taken for an option. `names` are the options that take a time. */
export function joinRelativeTimes(args: readonly string[], names: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const next = args[i + 1];
    if (names.includes(arg) && next !== undefined && /^-\d/.test(next)) {
      out.push(`${arg}=${next}`);
      i++;
    } else out.push(arg);
  }
  return out;
}
