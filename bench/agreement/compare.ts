/** The `data` of a Prometheus API answer, as far as comparing needs it. */
interface ApiData {
  readonly resultType: string;
  readonly result: unknown;
}

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Undefined when both answers say the same (floats within 1e-9 of their size), else the first difference in words. */
export function firstDifference(ours: ApiData, theirs: ApiData, ordered: boolean): string | undefined {
  if (ours.resultType !== theirs.resultType) return `type ${ours.resultType}, expected ${theirs.resultType}`;
  if (theirs.resultType === 'scalar' || theirs.resultType === 'string') {
    return pointsDiffer([ours.result as [number, string]], [theirs.result as [number, string]]);
  }
  const a = prepare(ours.result as readonly ApiSeries[], ordered);
  const b = prepare(theirs.result as readonly ApiSeries[], ordered);
  if (a.length !== b.length) return `${a.length} series, expected ${b.length}`;
  for (let i = 0; i < b.length; i++) {
    const [name, points] = a[i] as Prepared;
    const [expectedName, expectedPoints] = b[i] as Prepared;
    if (name !== expectedName) return `series ${name}, expected ${expectedName}`;
    const difference = pointsDiffer(points, expectedPoints);
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

type Prepared = readonly [name: string, points: readonly (readonly [number, string])[]];

function prepare(result: readonly ApiSeries[], ordered: boolean): readonly Prepared[] {
  const list = result.map((one): Prepared => {
    const names = Object.keys(one.metric).sort();
    const name = JSON.stringify(names.map((label) => [label, one.metric[label]]));
    return [name, one.values ?? (one.value === undefined ? [] : [one.value])];
  });
  return ordered ? list : list.sort(([x], [y]) => (x < y ? -1 : 1));
}

function pointsDiffer(
  ours: readonly (readonly [number, string])[],
  theirs: readonly (readonly [number, string])[],
): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} points, expected ${theirs.length}`;
  for (let i = 0; i < theirs.length; i++) {
    const [t, value] = ours[i] as readonly [number, string];
    const [expectedT, expected] = theirs[i] as readonly [number, string];
    if (t !== expectedT) return `time ${t}, expected ${expectedT}`;
    if (!close(value, expected)) return `${value} at ${t}, expected ${expected}`;
  }
  return undefined;
}

function close(a: string, b: string): boolean {
  if (a === b) return true;
  const x = Number(a);
  const y = Number(b);
  // Differences of large numbers leave noise around zero: 1e-9 of the size, or of one where the size is below it.
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y), 1);
}
