const MAX_NAMES = 3;

/** The names that a mistyped one may mean: at most a third of its letters differ; nearest first, at most three. */
export function nearestNames(name: string, names: readonly string[]): readonly string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  const near = names
    .map((other) => ({ other, distance: distanceOf(name.toLowerCase(), other.toLowerCase(), limit) }))
    .filter(({ other, distance }) => distance <= limit && other !== name)
    .sort((a, b) => a.distance - b.distance);
  // Where one is close, those that are far are noise.
  const best = near[0]?.distance ?? 0;
  return near
    .filter(({ distance }) => distance <= best + 1)
    .slice(0, MAX_NAMES)
    .map(({ other }) => other);
}

/** How many letters have to be put, dropped or replaced; anything above `limit` once it is certain to be more. */
function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = row;
  }
  return before[b.length] as number;
}
