import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EgressPolicy } from '@petrel/http';
import { EgressError, EgressGuard, SecretFiles } from '@petrel/http';
import { loadTlsOptions } from '@petrel/http/tls.ts';
import { DeliveryError } from '../delivery-error.ts';
import { failedOutcome } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { createMessage } from '../message-data.ts';
import type { DeliveryOutcome, Notification, NotifierTools } from '../notifier.ts';
import { Redaction } from '../redaction.ts';
import { truncateRunes } from '../truncate.ts';
import type { EmailConfig } from './email-config.ts';
import { emailTable } from './email-config.ts';
import { emailMessage } from './email-message.ts';
import type { SmtpCredentials } from './smtp-auth.ts';
import type { SmtpServer } from './smtp-session.ts';
import { sendMail } from './smtp-session.ts';

/** Mail servers that look a sender up, or hold strangers off for a while, take their time. */
const TIMEOUT_MS = 60_000;
const IMPLICIT_TLS_PORT = 465;
const DETAIL_LIMIT = 400;

/** Mail over SMTP, one message a notification to all addresses. */
export const email: IntegrationKind<EmailConfig> = {
  name: 'email',
  key: 'email_configs',
  table: emailTable,
  create(config, tools) {
    const secrets = new SecretFiles();
    return {
      notify: (notification, signal) => notify({ config, tools, secrets }, notification, signal),
      close: () => undefined,
    };
  },
};

interface Mailer {
  readonly config: EmailConfig;
  readonly tools: NotifierTools;
  readonly secrets: SecretFiles;
}

async function notify(mailer: Mailer, notification: Notification, signal: AbortSignal): Promise<DeliveryOutcome> {
  const { config, tools } = mailer;
  const redaction = new Redaction().add(config.authPassword, config.authSecret, config.tlsConfig?.key);
  try {
    const moment = { nowMs: tools.clock.nowMs(), id: randomUUID(), hostname: hostname() };
    const message = await emailMessage(config, createMessage(notification, tools), moment);
    const credentials = await credentialsOf(mailer, redaction);
    const server = await serverOf(mailer);
    const { response, refused } = await sendMail(server, credentials, message, signal);
    const but = refused.length === 0 ? '' : `; refused: ${refused.join(', ')}`;
    if (refused.length > 0)
      tools.logger.warn('mail server refused recipients', { receiver: notification.receiver, refused });
    const detail = `${message.to.length - refused.length} recipients, ${response}${but}`;
    return { ok: true, detail: truncateRunes(await redaction.clean(detail), DETAIL_LIMIT).text };
  } catch (error) {
    return failedOutcome(error, redaction, tools.logger);
  }
}

async function credentialsOf({ config, secrets }: Mailer, redaction: Redaction): Promise<SmtpCredentials | undefined> {
  const { authUsername: username = '', authIdentity: identity = '' } = config;
  if (username === '') return undefined;
  try {
    const password = (await secrets.either(config.authPassword, config.authPasswordFile)) ?? '';
    const secret = (await secrets.either(config.authSecret, config.authSecretFile)) ?? '';
    redaction.add(password, secret, `${identity}\0${username}\0${password}`);
    return { username, password, secret, identity };
  } catch (error) {
    throw new DeliveryError(`could not read the credentials: ${(error as Error).message}`, false);
  }
}

async function serverOf({ config, tools, secrets }: Mailer): Promise<SmtpServer> {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(.+)$/.exec(config.smarthost) ?? [];
  const host = bracketed ?? plain ?? '';
  const portNumber = Number(port);
  if (host === '' || !Number.isInteger(portNumber) || portNumber < 1 || portNumber > 65_535) {
    throw new DeliveryError(`invalid smarthost ${JSON.stringify(config.smarthost)}`, false);
  }
  return {
    host,
    address: tools.egress === undefined ? host : await permitted(host, tools.egress),
    port: portNumber,
    hello: config.hello,
    implicitTls: config.forceImplicitTls ?? portNumber === IMPLICIT_TLS_PORT,
    requireTls: config.requireTls,
    tls: await loadTlsOptions(config.tlsConfig ?? {}, secrets).catch((error: unknown) => {
      throw new DeliveryError(`parse TLS configuration: ${(error as Error).message}`, false);
    }),
    timeoutMs: TIMEOUT_MS,
  };
}

async function permitted(host: string, egress: EgressPolicy): Promise<string> {
  try {
    return await new EgressGuard(egress).resolvePermitted(host);
  } catch (error) {
    // A name server that does not answer may do so later, the policy will say the same again.
    throw new DeliveryError((error as Error).message, !(error instanceof EgressError));
  }
}
