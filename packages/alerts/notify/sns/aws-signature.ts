import { createHash, createHmac } from 'node:crypto';

/** What is signed. */
export interface AwsRequest {
  readonly method: string;
  readonly url: string;
  /** Besides `host` and `x-amz-date`; lower-case names. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Who signs, for which service. */
export interface AwsCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  /** `sns`. */
  readonly service: string;
}

/** Signature version 4: the headers `X-Amz-Date` and `Authorization` of a request that is sent at `nowMs`. */
export function awsSignature(request: AwsRequest, credentials: AwsCredentials, nowMs: number): Record<string, string> {
  const { region, service, accessKey } = credentials;
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const url = new URL(request.url);
  const headers: Record<string, string> = { ...request.headers, host: url.host, 'x-amz-date': time };
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${(headers[name] as string).trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const signature = createHmac('sha256', signingKey(credentials, day)).update(toSign).digest('hex');
  return {
    'X-Amz-Date': time,
    Authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function signingKey({ secretKey, region, service }: AwsCredentials, day: string): Buffer {
  const step = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return step(step(step(step(`AWS4${secretKey}`, day), region), service), 'aws4_request');
}

function canonicalQuery(url: URL): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
