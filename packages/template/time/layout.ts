/** A piece of a layout: text as it stands, or a field by its reference value. */
export type LayoutPiece = { readonly text: string } | { readonly field: LayoutField };

/** The reference values of Go's layouts; fractions carry their separator (`.000`, `,999`). */
export type LayoutField =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | `${'Z' | '-'}${'07' | '0700' | '07:00' | '070000' | '07:00:00'}`
  | `${'.' | ','}${string}`;

/** Longer fields stand before those that they begin with. */
const FIELDS: readonly LayoutField[] = [
  ...(['January', 'Jan', 'Monday', 'Mon', 'MST', '002', '01', '02', '03', '04', '05', '06', '2006', '15'] as const),
  ...(['__2', '_2', 'PM', 'pm', 'Z07:00:00', 'Z070000', 'Z07:00', 'Z0700', 'Z07'] as const),
  ...(['-07:00:00', '-070000', '-07:00', '-0700', '-07', '1', '2', '3', '4', '5'] as const),
];

export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Cuts a layout into its pieces. */
export function layoutPieces(layout: string): readonly LayoutPiece[] {
  const pieces: LayoutPiece[] = [];
  let text = '';
  for (let at = 0; at < layout.length; ) {
    const field = fieldAt(layout, at);
    if (field === undefined) {
      text += layout.charAt(at++);
      continue;
    }
    if (text !== '') pieces.push({ text });
    text = '';
    pieces.push({ field });
    at += field.length;
  }
  if (text !== '') pieces.push({ text });
  return pieces;
}

function fieldAt(layout: string, at: number): LayoutField | undefined {
  // A run of zeros or nines behind a point or comma is a fraction unless more digits follow.
  const fraction = /^[.,](?:0+|9+)(?!\d)/.exec(layout.slice(at))?.[0];
  if (fraction !== undefined) return fraction as LayoutField;
  // `_2006` is a year behind an underscore.
  if (layout.startsWith('_2006', at)) return undefined;
  const field = FIELDS.find((candidate) => layout.startsWith(candidate, at));
  // Longer words that begin with a short name (`Janet`) are text.
  if ((field === 'Jan' || field === 'Mon') && /^[a-z]/.test(layout.slice(at + 3))) return undefined;
  return field;
}

/** What a field prints: the local clock of an instant. */
export interface ClockFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly yearDay: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly offsetSeconds: number;
  readonly abbreviation: string;
}

/** A time by a layout of Go: `2006-01-02T15:04:05Z07:00`. */
export function formatLayout(clock: ClockFields, layout: string): string {
  return layoutPieces(layout)
    .map((piece) => ('text' in piece ? piece.text : fieldText(clock, piece.field)))
    .join('');
}

function two(value: number, fill = '0'): string {
  return String(value).padStart(2, fill);
}

function fieldText(clock: ClockFields, field: LayoutField): string {
  const twelve = clock.hour % 12 === 0 ? 12 : clock.hour % 12;
  switch (field) {
    case '2006':
      return (clock.year < 0 ? '-' : '') + String(Math.abs(clock.year)).padStart(4, '0');
    case '06':
      return two(((clock.year % 100) + 100) % 100);
    case 'January':
      return MONTHS[clock.month - 1] as string;
    case 'Jan':
      return (MONTHS[clock.month - 1] as string).slice(0, 3);
    case '01':
      return two(clock.month);
    case '1':
      return String(clock.month);
    case 'Monday':
      return WEEKDAYS[clock.weekday] as string;
    case 'Mon':
      return (WEEKDAYS[clock.weekday] as string).slice(0, 3);
    case '2':
      return String(clock.day);
    case '_2':
      return two(clock.day, ' ');
    case '02':
      return two(clock.day);
    case '__2':
      return String(clock.yearDay).padStart(3, ' ');
    case '002':
      return String(clock.yearDay).padStart(3, '0');
    case '15':
      return two(clock.hour);
    case '3':
      return String(twelve);
    case '03':
      return two(twelve);
    case '4':
      return String(clock.minute);
    case '04':
      return two(clock.minute);
    case '5':
      return String(clock.second);
    case '05':
      return two(clock.second);
    case 'PM':
      return clock.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return clock.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return clock.abbreviation === '' ? offsetText(clock.offsetSeconds, '-0700') : clock.abbreviation;
  }
  if (field.startsWith('.') || field.startsWith(',')) return fractionText(clock.nanosecond, field);
  if (field.startsWith('Z') && clock.offsetSeconds === 0) return 'Z';
  return offsetText(clock.offsetSeconds, field);
}

/** `.000` keeps its zeros, `.999` drops them, and the point with the last. */
function fractionText(nanosecond: number, field: string): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, field.length - 1)
    .padEnd(field.length - 1, '0');
  const kept = field.charAt(1) === '9' ? digits.replace(/0+$/, '') : digits;
  return kept === '' ? '' : field.charAt(0) + kept;
}

function offsetText(offsetSeconds: number, field: string): string {
  const size = Math.abs(offsetSeconds);
  const separator = field.includes(':') ? ':' : '';
  const parts = [Math.floor(size / 3600)];
  if (field.length > 3) parts.push(Math.floor(size / 60) % 60);
  if (field.length > 6) parts.push(size % 60);
  return (offsetSeconds < 0 ? '-' : '+') + parts.map((part) => two(part)).join(separator);
}
