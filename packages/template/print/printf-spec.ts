/** Flags, width and precision of one verb of a format. */
export interface Spec {
  readonly verb: string;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%#v`: Go syntax. The sharp flag is off then. */
  readonly goSyntax: boolean;
  /** `%+v`: names of fields. The plus flag is off then. */
  readonly fieldNames: boolean;
  /** In characters; absent: none. */
  readonly width?: number;
  readonly precision?: number;
}

/** `%v`, as print and println use it. */
export const PLAIN: Spec = Object.freeze({
  verb: 'v',
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  goSyntax: false,
  fieldNames: false,
});

/** Fills up to the width: with zeros only on the left and where `zeros` allows it. */
export function pad(text: string, spec: Spec, zeros = false): string {
  if (spec.width === undefined) return text;
  const missing = spec.width - [...text].length;
  if (missing <= 0) return text;
  if (spec.minus) return text + ' '.repeat(missing);
  return (zeros && spec.zero ? '0' : ' ').repeat(missing) + text;
}
