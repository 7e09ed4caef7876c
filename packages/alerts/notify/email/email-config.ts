import { tlsConfig } from '@petrel/config';
import { record } from '@petrel/config/schema/composite.ts';
import { boolean, path, string } from '@petrel/config/schema/scalars.ts';
import type { Table, TableReport } from '@petrel/config/schema/schema.ts';
import { field, optional, table } from '@petrel/config/schema/schema.ts';
import type { TlsConfig } from '@petrel/http';
import { quote } from '@petrel/model';
import type { GlobalConfig } from '../../config/global.ts';
import { hostPort } from '../../config/host-port.ts';
import { exclusive, secretText, templated } from '../../config/secrets.ts';
import { given, inherited } from '../inherited.ts';
import type { IntegrationConfig } from '../integration.ts';

export interface EmailThreading {
  readonly enabled: boolean;
  /** `daily` begins a new thread every day, `none` never. */
  readonly threadByDate: string;
}

/** `to`, `from`, the headers, `html` and `text` are templates. */
export interface EmailConfig extends IntegrationConfig {
  /** Addresses, separated by commas. */
  readonly to: string;
  readonly from: string;
  readonly hello: string;
  /** `host:port`. */
  readonly smarthost: string;
  readonly authUsername?: string;
  readonly authPassword?: string;
  readonly authPasswordFile?: string;
  readonly authSecret?: string;
  readonly authSecretFile?: string;
  readonly authIdentity?: string;
  /** By canonical name (`Reply-To`). */
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
  readonly text: string;
  readonly requireTls: boolean;
  /** Absent: on port 465. */
  readonly forceImplicitTls?: boolean;
  readonly tlsConfig?: TlsConfig;
  readonly threading: EmailThreading;
}

const NO_THREADING: EmailThreading = { enabled: false, threadByDate: '' };

const threading = table<EmailThreading>('threading', {
  enabled: field('enabled', boolean, false, 'Mails of one group make one thread.'),
  threadByDate: field('thread_by_date', string, '', '`daily` or `none`.'),
});

export function emailTable(global: GlobalConfig): Table<EmailConfig> {
  return table<EmailConfig, EmailConfig>(
    'email_config',
    {
      sendResolved: field('send_resolved', boolean, false, 'Tell of resolved alerts.'),
      to: field('to', templated, '', 'Addresses, separated by commas.'),
      from: field('from', templated, global.smtpFrom ?? '', 'The sender; default `smtp_from`.'),
      hello: field('hello', string, global.smtpHello, 'The name that the server is greeted with.'),
      smarthost: field('smarthost', hostPort, global.smtpSmarthost ?? '', 'The mail server; default `smtp_smarthost`.'),
      authUsername: optional('auth_username', string, 'User; default `smtp_auth_username`.'),
      authPassword: optional('auth_password', secretText, 'Password for PLAIN and LOGIN.'),
      authPasswordFile: optional('auth_password_file', path, 'The same, in a file.'),
      authSecret: optional('auth_secret', secretText, 'Secret for CRAM-MD5.'),
      authSecretFile: optional('auth_secret_file', path, 'The same, in a file.'),
      authIdentity: optional('auth_identity', string, 'Identity for PLAIN.'),
      headers: field('headers', record(templated), {}, 'Headers, `Subject` among them.'),
      html: field('html', templated, '{{ template "email.default.html" . }}', 'The mail as HTML; empty: none.'),
      text: field('text', templated, '{{ template "email.default.text" . }}', 'The mail as text; empty: none.'),
      requireTls: field('require_tls', boolean, global.smtpRequireTls, 'Send over TLS or not at all.'),
      forceImplicitTls: optional('force_implicit_tls', boolean, 'TLS from the first byte on; default on port 465.'),
      tlsConfig: optional('tls_config', tlsConfig, 'TLS; default `smtp_tls_config`.'),
      threading: field('threading', threading, NO_THREADING, 'Threads.'),
    },
    { check: checkEmail, finish: (config) => complete(config, global) },
  );
}

function checkEmail(config: EmailConfig, report: TableReport): void {
  if (config.to === '') report.error('to', 'missing to address in email config');
  exclusive(report, 'auth_password', 'auth_password_file');
  exclusive(report, 'auth_secret', 'auth_secret_file');
  const names = Object.keys(config.headers).map(canonicalHeader);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) report.error('headers', `duplicate header ${quote(twice)} in email config`);
  if (config.threading.enabled) checkThreading(config, names, report);
  if (config.to === '') return;
  if (config.smarthost === '') report.error('smarthost', 'no global SMTP smarthost set');
  if (config.from === '') report.error('from', 'no global SMTP from set');
}

function checkThreading(
  { threading: { threadByDate } }: EmailConfig,
  names: readonly string[],
  report: TableReport,
): void {
  const own = ['References', 'In-Reply-To'].find((name) => names.includes(name));
  if (own !== undefined) {
    report.error('threading', `conflicting configuration: threading.enabled conflicts with custom ${own} header`);
  } else if (threadByDate !== 'none' && threadByDate !== 'daily') {
    report.error('threading', "threading.thread_by_date must be either 'none' or 'daily'");
  }
}

function complete(config: EmailConfig, global: GlobalConfig): EmailConfig {
  const { authPassword, authPasswordFile, authSecret, authSecretFile, ...rest } = config;
  const password = inherited(
    { authPassword, authPasswordFile },
    { authPassword: global.smtpAuthPassword, authPasswordFile: global.smtpAuthPasswordFile },
  );
  const secret = inherited(
    { authSecret, authSecretFile },
    { authSecret: global.smtpAuthSecret, authSecretFile: global.smtpAuthSecretFile },
  );
  return {
    ...rest,
    ...password,
    ...secret,
    ...given({
      authUsername: config.authUsername ?? global.smtpAuthUsername,
      authIdentity: config.authIdentity ?? global.smtpAuthIdentity,
      forceImplicitTls: config.forceImplicitTls ?? global.smtpForceImplicitTls,
      tlsConfig: config.tlsConfig ?? global.smtpTlsConfig,
    }),
    headers: Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [canonicalHeader(name), value])),
  } as EmailConfig;
}

/** `reply-to` → `Reply-To`; what is no header name stays as it is. */
function canonicalHeader(name: string): string {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return name;
  return name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
