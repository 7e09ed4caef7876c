// Ten hues that stay apart on white and on dark grey (Paul Tol's "muted" and Tableau 10 as the starting points); further series
// go round the circle by the golden angle.
const HUES = [
  '#228be6',
  '#f76707',
  '#2f9e44',
  '#e03131',
  '#9c36b5',
  '#0c8599',
  '#e64980',
  '#a07000',
  '#5c7cfa',
  '#66a80f',
] as const;

/** `#rrggbb` for the index of a series; stable, so that a refresh keeps the colours. */
export function seriesColor(index: number): string {
  const fixed = HUES[index];
  if (fixed !== undefined) return fixed;
  const hue = (index * 137.508) % 360;
  return hslToHex(hue, 0.6, 0.5);
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
