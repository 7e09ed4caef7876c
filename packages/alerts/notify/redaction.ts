import type { HttpClientConfig } from '@petrel/http';
import { SecretFiles } from '@petrel/http';

/** What stands in a text where a credential stood. */
export const REDACTED = '<redacted>';

/** Shorter values are no credentials, and to replace them would eat the message. */
const MIN_LENGTH = 4;
/** Parts of a secret path (`/services/T…/B…/…`) that are long enough to be the secret themselves. */
const MIN_SEGMENT_LENGTH = 9;

const USER_INFO = /\b([a-z][a-z\d+.-]*:\/\/)[^/\s?#"'<>@]*@/gi;
const AUTHORIZATION = /\b(bearer|basic|genieKey|token)(\s+)[\w+/=.~:-]{4,}/gi;
const AUTHORIZATION_HEADER = /((?:proxy-)?authorization"?\s*[:=]\s*"?)[^"\r\n,;}]+/gi;
const PARAMETER =
  /([?&;\s"'{,](?:[\w-]*(?:token|secret|password|passwd|api_?key|apikey)|key|sig|sign|signature|access_key)"?\s*[=:]\s*"?)[^&\s"',;}]+/gi;

/** Knows the credentials of one integration and takes them out of what people get to see. */
export class Redaction {
  readonly #values = new Set<string>();
  readonly #files = new Set<string>();
  readonly #secrets = new SecretFiles();

  /** Undefined and short values are ignored. Every way in which the value could be echoed is hidden: raw, percent-encoded, in JSON, in base64. */
  add(...values: readonly (string | undefined)[]): this {
    for (const value of values) {
      if (value === undefined || value.length < MIN_LENGTH) continue;
      this.#values.add(value);
      this.#values.add(encodeURIComponent(toWellFormed(value)));
      this.#values.add(new URLSearchParams({ '': value }).toString().slice(1));
      this.#values.add(JSON.stringify(value).slice(1, -1));
      this.#values.add(Buffer.from(value).toString('base64'));
    }
    return this;
  }

  /** A file that holds a credential: read when a text is redacted. */
  addFile(path: string | undefined): this {
    if (path !== undefined && path !== '') this.#files.add(path);
    return this;
  }

  /** A URL that is a credential itself, as that of an incoming webhook: all of it but the host is hidden. */
  addSecretUrl(text: string | undefined): this {
    if (text === undefined || !URL.canParse(text)) return this.add(text);
    const url = new URL(text);
    this.#addUserInfo(url);
    const tail = `${url.pathname}${url.search}`;
    if (tail.length > 1) this.#values.add(tail);
    for (const segment of url.pathname.split('/')) if (segment.length >= MIN_SEGMENT_LENGTH) this.add(segment);
    for (const [, value] of url.searchParams) this.add(value);
    // As they were written, too: `+` and escapes read differently.
    for (const pair of url.search.slice(1).split('&')) this.add(pair.slice(pair.indexOf('=') + 1));
    return this;
  }

  /** Everything that authenticates in an `http_config`; its header values count as secrets. */
  addHttpConfig(config: HttpClientConfig): this {
    const { basicAuth, authorization, oauth2, proxyUrl, headers, proxyConnectHeader, tlsConfig } = config;
    this.add(basicAuth?.password, authorization?.credentials, oauth2?.clientSecret, tlsConfig?.key);
    if (basicAuth?.password !== undefined) this.#addBasic(basicAuth.username ?? '', basicAuth.password);
    if (oauth2?.clientSecret !== undefined) this.#addBasic(oauth2.clientId, oauth2.clientSecret);
    this.addFile(basicAuth?.passwordFile).addFile(authorization?.credentialsFile).addFile(oauth2?.clientSecretFile);
    for (const value of Object.values({ ...headers, ...proxyConnectHeader })) this.add(...[value].flat());
    if (proxyUrl !== undefined && URL.canParse(proxyUrl)) this.#addUserInfo(new URL(proxyUrl));
    return this;
  }

  /** The text without any of the credentials; also without user information in URLs and values that look like credentials. */
  async clean(text: string): Promise<string> {
    for (const path of this.#files) {
      const content = await this.#secrets.read(path).catch(() => '');
      this.add(content.trim());
    }
    let out = text.replace(USER_INFO, `$1${REDACTED}@`);
    // The longest first: one may contain another.
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) out = out.replaceAll(value, REDACTED);
    return out
      .replace(AUTHORIZATION_HEADER, `$1${REDACTED}`)
      .replace(AUTHORIZATION, `$1$2${REDACTED}`)
      .replace(PARAMETER, `$1${REDACTED}`);
  }

  #addUserInfo(url: URL): void {
    if (url.username === '' && url.password === '') return;
    const user = decode(url.username);
    const password = decode(url.password);
    this.add(password === '' ? user : password, url.password);
    this.#addBasic(user, password);
  }

  #addBasic(user: string, password: string): void {
    this.#values.add(Buffer.from(`${user}:${password}`).toString('base64'));
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Lone surrogates cannot be percent-encoded. */
function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
