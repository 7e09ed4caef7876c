import { isIP } from 'node:net';
import type { TlsOptions } from '@petrel/http/tls.ts';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { DeliveryError } from '../delivery-error.ts';
import type { EmailMessage } from './email-message.ts';
import type { SmtpCredentials } from './smtp-auth.ts';
import { authenticate } from './smtp-auth.ts';

export interface SmtpServer {
  readonly host: string;
  /** What is connected to: `host`, or one of its addresses that is permitted. */
  readonly address: string;
  readonly port: number;
  readonly hello: string;
  /** TLS from the first byte on. */
  readonly implicitTls: boolean;
  /** Without implicit TLS: STARTTLS or nothing. False: no TLS at all. */
  readonly requireTls: boolean;
  readonly tls: TlsOptions;
  readonly timeoutMs: number;
}

/** What the server said in the end, and the recipients that it refused. */
export interface SmtpReceipt {
  readonly response: string;
  readonly refused: readonly string[];
}

/**
 * Sends one mail over a connection of its own. Rejects with DeliveryError: retryable unless the server answered 5xx, so that what may
 * be a passing trouble of the network or of TLS is tried again. `signal` ends it at once.
 */
export async function sendMail(
  server: SmtpServer,
  credentials: SmtpCredentials | undefined,
  message: EmailMessage,
  signal: AbortSignal,
): Promise<SmtpReceipt> {
  const connection = createConnection(server, credentials);
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new DeliveryError('context deadline exceeded', true)), server.timeoutMs);
    const onAbort = (): void => reject(new DeliveryError('context canceled', true));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([converse(connection, credentials, message), stopped]);
  } finally {
    stop();
    connection.close();
  }
}

async function converse(
  connection: SMTPConnection,
  credentials: SmtpCredentials | undefined,
  message: EmailMessage,
): Promise<SmtpReceipt> {
  await step(connection, 'establish connection to server', (done) => connection.connect(done));
  if (credentials !== undefined) {
    const auth = { method: LOGIN, user: credentials.username };
    await step(connection, 'log in', (done) => connection.login(auth, done));
  }
  const envelope = { from: message.from, to: [...message.to] };
  const info = await step<SMTPConnectionSendInfo>(connection, 'send mail', (done) =>
    connection.send(envelope, message.raw, done),
  );
  connection.quit();
  return { response: info?.response ?? '', refused: info?.rejected ?? [] };
}

/** One command, or that the connection broke meanwhile. */
function step<T>(
  connection: SMTPConnection,
  what: string,
  run: (done: (error?: Error | null, result?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      connection.off('error', fail);
      // What breaks after this has been told of already, and an event without a listener would end the process.
      connection.on('error', () => undefined);
      reject(explain(what, error));
    };
    connection.on('error', fail);
    run((error, result) => {
      if (error !== null && error !== undefined) return fail(error);
      connection.off('error', fail);
      resolve(result);
    });
  });
}

/** The one mechanism that nodemailer is told of: which of the server's is taken is decided in smtp-auth.ts. */
const LOGIN = 'X-PETREL';

function createConnection(server: SmtpServer, credentials: SmtpCredentials | undefined): SMTPConnection {
  // An address is no name that a server could be asked for.
  const serverName = server.tls.servername ?? (isIP(server.host) === 0 ? server.host : undefined);
  const connection: SMTPConnection = new SMTPConnection({
    host: server.address,
    port: server.port,
    name: server.hello,
    secure: server.implicitTls,
    requireTLS: server.requireTls && !server.implicitTls,
    ignoreTLS: !server.requireTls,
    servername: serverName,
    tls: { ...server.tls, servername: serverName },
    connectionTimeout: server.timeoutMs,
    greetingTimeout: server.timeoutMs,
    socketTimeout: server.timeoutMs,
    customAuth: {
      [LOGIN]: async (dialogue) => {
        if (credentials !== undefined)
          await authenticate(dialogue, credentials, connection.secure || isLocal(server.host));
      },
    },
  });
  return connection;
}

/** Go's rule: on the machine itself nobody listens. */
function isLocal(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

function explain(what: string, error: Error): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  const answered = typeof responseCode === 'number';
  // Without an answer: the network or TLS, or (EMESSAGE, EENVELOPE) the mail itself, which stays what it is.
  const retryable = answered ? responseCode < 500 : code !== 'EMESSAGE' && code !== 'EENVELOPE';
  return new DeliveryError(`${what}: ${error.message}`, retryable);
}
