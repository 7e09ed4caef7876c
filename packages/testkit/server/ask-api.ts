/** An answer of the Prometheus API. */
export interface ApiReply<T> {
  readonly status: number;
  readonly data: T;
  readonly error?: string;
  readonly errorType?: string;
}

/** `path` stands under /api/v1. Does not throw for errors of the API. */
export async function askApi<T>(
  url: string,
  path: string,
  params: Readonly<Record<string, string>> = {},
): Promise<ApiReply<T>> {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(params)}`);
  return { ...((await answer.json()) as ApiReply<T>), status: answer.status };
}

/** The values of an instant query by the label set's JSON. Throws when the query fails. */
export async function instantValues(url: string, query: string, timeS?: number): Promise<Map<string, number>> {
  type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
  const { status, data, error } = await askApi<Vector>(url, 'query', {
    query,
    ...(timeS === undefined ? {} : { time: `${timeS}` }),
  });
  if (status !== 200) throw new Error(`${query}: ${status} ${error}`);
  return new Map(data.result.map(({ metric, value }) => [JSON.stringify(metric), Number(value[1])]));
}
