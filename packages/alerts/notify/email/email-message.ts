import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { DeliveryError } from '../delivery-error.ts';
import type { Message } from '../message-data.ts';
import type { EmailConfig } from './email-config.ts';

/** A mail as it goes over the wire. */
export interface EmailMessage {
  /** The envelope: addresses alone. */
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface EmailMoment {
  readonly nowMs: number;
  /** A unique text of letters and digits. */
  readonly id: string;
  readonly hostname: string;
}

const SUBJECT = '{{ template "email.default.subject" . }}';

/** They say how the mail is encoded, which is not for the user to say. */
const OWN_HEADERS = new Set(['Content-Type', 'Content-Transfer-Encoding', 'Mime-Version']);

/** Expands the templates and encodes the mail. Rejects with a permanent DeliveryError when an address is none; throws TemplateError. */
export async function emailMessage(config: EmailConfig, message: Message, moment: EmailMoment): Promise<EmailMessage> {
  const { render, renderHtml } = message;
  const headers = Object.entries({ Subject: SUBJECT, To: config.to, From: config.from, ...config.headers }).map(
    ([name, template]): readonly [string, string] => [name, render(template)],
  );
  const {
    Subject,
    To,
    From,
    'Reply-To': replyTo,
    Cc,
    Sender,
    ...others
  } = Object.fromEntries(headers.filter(([name]) => !OWN_HEADERS.has(name)));
  const senders = addressesOf(render(config.from), 'from');
  if (senders.length !== 1) {
    throw new DeliveryError(`must be exactly one 'from' address (got: ${senders.length})`, false);
  }
  const composer = new MailComposer({
    subject: Subject,
    from: From,
    to: To,
    replyTo,
    cc: Cc,
    sender: Sender,
    headers: { ...threadHeaders(config, message, moment), ...others },
    date: new Date(moment.nowMs),
    messageId: others['Message-Id'] ?? `<${moment.id}@${moment.hostname}>`,
    ...(config.text === '' ? {} : { text: render(config.text) }),
    ...(config.html === '' ? {} : { html: renderHtml(config.html) }),
    textEncoding: 'quoted-printable',
    // What templates say is content, never the name of something to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    from: senders[0] as string,
    to: addressesOf(render(config.to), 'to'),
    raw: await composer.compile().build(),
  };
}

/** All mails of a group answer a mail that was never sent: that is how mail programs put them into one thread. */
function threadHeaders({ threading }: EmailConfig, message: Message, { nowMs }: EmailMoment): Record<string, string> {
  if (!threading.enabled) return {};
  const day = threading.threadByDate === 'daily' ? new Date(nowMs).toISOString().slice(0, 10) : '';
  const root = `<alert-${message.groupKeyHash.slice(0, 16)}-${day}@alertmanager>`;
  return { References: root, 'In-Reply-To': root };
}

function addressesOf(text: string, what: 'from' | 'to'): string[] {
  const addresses = addressparser(text, { flatten: true }).map(({ address }) => address ?? '');
  const given = addresses.filter((address) => address !== '');
  if (given.length === 0)
    throw new DeliveryError(`parse '${what}' addresses: no address in ${JSON.stringify(text)}`, false);
  const wrong = given.find((address) => !/^[^\s@<>]+@[^\s@<>]+$/.test(address));
  if (wrong !== undefined) {
    throw new DeliveryError(`parse '${what}' addresses: ${JSON.stringify(wrong)} is not an address`, false);
  }
  return given;
}
