import { createHmac } from 'node:crypto';
import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
import { DeliveryError } from '../delivery-error.ts';

export interface SmtpCredentials {
  readonly username: string;
  /** For PLAIN and LOGIN; '' when there is none. */
  readonly password: string;
  /** For CRAM-MD5. */
  readonly secret: string;
  readonly identity: string;
}

/** The part of nodemailer's context that is used. */
export type AuthDialogue = Pick<SMTPConnectionCustomAuthContext, 'authMethods' | 'sendCommand'>;

/**
 * Logs in with the first mechanism that the server offers and the credentials serve; a server that offers none is not asked.
 * `isPrivate`: nobody can listen on the connection. Rejects with DeliveryError, retryable when the server answered 4xx.
 */
export async function authenticate(
  dialogue: AuthDialogue,
  credentials: SmtpCredentials,
  isPrivate: boolean,
): Promise<void> {
  if (dialogue.authMethods.length === 0) return;
  const reasons: string[] = [];
  for (const mechanism of ['CRAM-MD5', 'PLAIN', 'LOGIN']) {
    if (!dialogue.authMethods.includes(mechanism)) continue;
    const reason = unfit(mechanism, credentials, isPrivate);
    if (reason === undefined) return login(mechanism, dialogue, credentials);
    reasons.push(reason);
  }
  const why = reasons.length > 0 ? reasons.join('; ') : `unknown auth mechanism: ${dialogue.authMethods.join(' ')}`;
  throw new DeliveryError(`find auth mechanism: ${why}`, false);
}

function unfit(mechanism: string, { password, secret }: SmtpCredentials, isPrivate: boolean): string | undefined {
  if (mechanism === 'CRAM-MD5') return secret === '' ? 'missing secret for CRAM-MD5 auth mechanism' : undefined;
  if (password === '') return `missing password for ${mechanism} auth mechanism`;
  return mechanism === 'PLAIN' && !isPrivate ? 'unencrypted connection: PLAIN would show the password' : undefined;
}

async function login(mechanism: string, { sendCommand }: AuthDialogue, credentials: SmtpCredentials): Promise<void> {
  const { username, password, secret, identity } = credentials;
  const say = async (command: string, expected: number): Promise<string> => {
    const { status, text } = await sendCommand(command);
    if (status !== expected) throw new DeliveryError(`${mechanism} auth: ${status} ${text}`, status < 500);
    return text;
  };
  if (mechanism === 'PLAIN') {
    await say(`AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`, 235);
  } else if (mechanism === 'LOGIN') {
    await say('AUTH LOGIN', 334);
    await say(base64(username), 334);
    await say(base64(password), 235);
  } else {
    const challenge = Buffer.from(await say('AUTH CRAM-MD5', 334), 'base64');
    const digest = createHmac('md5', secret).update(challenge).digest('hex');
    await say(base64(`${username} ${digest}`), 235);
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
