import { intOf, typeOf } from '../values/inspect.ts';
import { Printer } from './printer.ts';
import { PLAIN, type Spec } from './printf-spec.ts';

/** Characters that one printed text may have unless a caller sets less: what a template may write altogether. */
export const MAX_TEXT_LENGTH = 16 * 1024 * 1024;

/** Widths and precisions beyond this are refused, as in Go. */
const MAX_WIDTH = 1_000_000;

/** Go's fmt.Sprint: spaces between two values of which neither is a string. */
export function sprint(values: readonly unknown[], maxLength = MAX_TEXT_LENGTH): string {
  const first = values[0];
  if (values.length === 1 && typeof first === 'string') return first;
  const printer = new Printer(maxLength);
  let afterString = false;
  for (const [i, value] of values.entries()) {
    const isString = typeOf(value)?.kind === 'string';
    if (i > 0 && !isString && !afterString) printer.write(' ');
    printer.argument(value, PLAIN);
    afterString = isString;
  }
  return printer.text;
}

/** Go's fmt.Sprintln: spaces between all values, and a line break. */
export function sprintln(values: readonly unknown[], maxLength = MAX_TEXT_LENGTH): string {
  const printer = new Printer(maxLength);
  for (const [i, value] of values.entries()) {
    if (i > 0) printer.write(' ');
    printer.argument(value, PLAIN);
  }
  printer.write('\n');
  return printer.text;
}

/** Go's fmt.Sprintf, with its marks for what does not fit: `%!d(string=x)`, `%!d(MISSING)`, `%!(EXTRA int=1)`. */
export function sprintf(format: string, values: readonly unknown[], maxLength = MAX_TEXT_LENGTH): string {
  return new Formatting(format, values, new Printer(maxLength)).run();
}

/** The state of one pass over a format. */
class Formatting {
  private at = 0;
  private argument = 0;
  /** An index `[n]` was used: arguments left over are not reported. */
  private reordered = false;
  private goodIndex = true;
  private afterIndex = false;
  private readonly flags = { plus: false, minus: false, sharp: false, space: false, zero: false };

  constructor(
    private readonly format: string,
    private readonly values: readonly unknown[],
    private readonly printer: Printer,
  ) {}

  run(): string {
    const { format, printer } = this;
    while (this.at < format.length) {
      const percent = format.indexOf('%', this.at);
      if (percent !== this.at) printer.write(format.slice(this.at, percent < 0 ? format.length : percent));
      if (percent < 0) break;
      this.at = percent + 1;
      this.verb();
    }
    if (!this.reordered && this.argument < this.values.length) this.extra();
    return printer.text;
  }

  private verb(): void {
    const { format, printer } = this;
    this.goodIndex = true;
    this.readFlags();
    this.readIndex();
    const width = this.readWidth();
    const precision = this.readPrecision();
    if (!this.afterIndex) this.readIndex();
    const code = format.codePointAt(this.at);
    if (code === undefined) {
      printer.write('%!(NOVERB)');
      return;
    }
    const verb = String.fromCodePoint(code);
    this.at += verb.length;
    if (verb === '%') printer.write('%');
    else if (!this.goodIndex) printer.write(`%!${verb}(BADINDEX)`);
    else if (this.argument >= this.values.length) printer.write(`%!${verb}(MISSING)`);
    else printer.argument(this.values[this.argument++], this.spec(verb, width, precision));
  }

  private spec(verb: string, width: number | undefined, precision: number | undefined): Spec {
    const { flags } = this;
    const isValue = verb === 'v';
    return {
      verb,
      ...flags,
      sharp: flags.sharp && !isValue,
      plus: flags.plus && !isValue,
      goSyntax: flags.sharp && isValue,
      fieldNames: flags.plus && isValue,
      ...(width === undefined ? {} : { width }),
      ...(precision === undefined ? {} : { precision }),
    };
  }

  private readFlags(): void {
    Object.assign(this.flags, { plus: false, minus: false, sharp: false, space: false, zero: false });
    const names = { '#': 'sharp', '0': 'zero', '+': 'plus', '-': 'minus', ' ': 'space' } as const;
    for (;;) {
      const char = this.format.charAt(this.at);
      if (char === '' || !Object.hasOwn(names, char)) return;
      this.flags[names[char as keyof typeof names]] = true;
      this.at++;
    }
  }

  /** `[n]`: the argument to take next, counted from 1. */
  private readIndex(): void {
    this.afterIndex = false;
    if (this.format.charAt(this.at) !== '[') return;
    this.reordered = true;
    const close = this.format.indexOf(']', this.at);
    if (close < 0) {
      this.goodIndex = false;
      this.at++;
      return;
    }
    const text = this.format.slice(this.at + 1, close);
    const index = /^\d+$/.test(text) && Number(text) <= MAX_WIDTH ? Number(text) - 1 : undefined;
    this.at = close + 1;
    this.afterIndex = index !== undefined;
    if (index !== undefined && index >= 0 && index < this.values.length) this.argument = index;
    else this.goodIndex = false;
  }

  private readNumber(): number | undefined {
    const text = /^\d+/.exec(this.format.slice(this.at, this.at + 20))?.[0];
    if (text === undefined) return undefined;
    this.at += text.length;
    return Number(text) > MAX_WIDTH ? undefined : Number(text);
  }

  private readWidth(): number | undefined {
    if (this.format.charAt(this.at) !== '*') {
      const width = this.readNumber();
      if (this.afterIndex && width !== undefined) this.goodIndex = false;
      return width;
    }
    this.at++;
    this.afterIndex = false;
    const width = this.intArgument();
    if (width === undefined) this.printer.write('%!(BADWIDTH)');
    if (width === undefined || width >= 0) return width;
    this.flags.minus = true;
    this.flags.zero = false;
    return -width;
  }

  private readPrecision(): number | undefined {
    if (this.format.charAt(this.at) !== '.' || this.at + 1 >= this.format.length) return undefined;
    this.at++;
    if (this.afterIndex) this.goodIndex = false;
    this.readIndex();
    if (this.format.charAt(this.at) !== '*') return this.readNumber() ?? 0;
    this.at++;
    this.afterIndex = false;
    const precision = this.intArgument();
    if (precision !== undefined && precision >= 0) return precision;
    this.printer.write('%!(BADPREC)');
    return undefined;
  }

  private intArgument(): number | undefined {
    if (this.argument >= this.values.length) return undefined;
    const int = intOf(this.values[this.argument++]);
    return int === undefined || int > MAX_WIDTH || int < -MAX_WIDTH ? undefined : Number(int);
  }

  private extra(): void {
    const { printer } = this;
    printer.write('%!(EXTRA ');
    for (const [i, value] of this.values.slice(this.argument).entries()) {
      if (i > 0) printer.write(', ');
      const type = typeOf(value);
      if (type !== undefined) printer.write(`${type.name}=`);
      printer.argument(value, PLAIN);
    }
    printer.write(')');
  }
}
