/** 0 for nothing, 1 to 5 for the rest: by the square root, so that a single page stays visible beside a storm. */
export function heatLevel(value: number, max: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return Math.min(5, Math.max(1, Math.ceil(Math.sqrt(value / max) * 5)));
}
