/** Points and underscores are the same in names: OpenTelemetry's `http.method` is a label `http_method`, and LogQL's `fields_duration` is `fields.duration`. */
export function sameName(a: string, b: string): boolean {
  return a.length === b.length && sameNameAt(a, b, 0);
}

/** Whether `part` stands in `name` at `at`. */
export function sameNameAt(part: string, name: string, at: number): boolean {
  for (let i = 0; i < part.length; i++) {
    const x = part.charCodeAt(i);
    const y = name.charCodeAt(at + i);
    if (x !== y && !(isSeparator(x) && isSeparator(y))) return false;
  }
  return true;
}

export function isSeparator(code: number): boolean {
  return code === 0x2e || code === 0x5f;
}

/** Every way to write a name with points and underscores; undefined where there are more than eight. */
export function nameVariants(name: string): readonly string[] | undefined {
  const parts = name.split(/[._]/);
  if (parts.length > 4) return undefined;
  return parts
    .slice(1)
    .reduce((names, part) => names.flatMap((one) => [`${one}.${part}`, `${one}_${part}`]), [parts[0] as string]);
}
