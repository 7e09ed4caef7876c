import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryOutcome } from '../notifier.ts';
import { notificationOf, readBlock, rehearsalTools, rehearse } from '../rehearse.ts';
import { email } from './email.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: unknown;
  readonly hello: string;
  readonly text: string;
}

let folder = '';
let pem = { key: '', cert: '' };
let server: SMTPServer | undefined;
let mails: Mail[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-mail-'));
  const name = ['-subj', '/CN=mail.test', '-addext', 'subjectAltName=DNS:mail.test,DNS:localhost'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const out = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...key, ...name, ...out], { stdio: 'ignore' });
  pem = { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8') };
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

/** Starts a mail server and gives the port. */
async function start(options: SMTPServerOptions = {}): Promise<number> {
  mails = [];
  const smtp = new SMTPServer({
    ...pem,
    authOptional: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: session.user,
          hello: session.hostNameAppearsAs,
          text: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  // A client that leaves in the middle of a handshake is what some of the tests are about.
  smtp.on('error', () => undefined);
  server = smtp;
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  return (smtp.server.address() as AddressInfo).port;
}

const ALERT = {
  labels: { alertname: 'HighErrorRate', severity: 'critical' },
  annotations: { summary: '错误率 <too high>', runbook_url: 'https://wiki/run' },
};

async function send(port: number, yaml: string, host = '127.0.0.1'): Promise<DeliveryOutcome> {
  const block = `smarthost: ${host}:${port}\nfrom: 'Petrel <petrel@example.com>'\nto: a@example.com\n${yaml}`;
  const [outcome] = await rehearse(email, block, notificationOf([ALERT]));
  return outcome as DeliveryOutcome;
}

const header = (name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'im')
    .exec((mails[0]?.text ?? '').split('\r\n\r\n')[0] ?? '')?.[1]
    ?.replaceAll(/\r\n[ \t]/g, ' ');

describe('mail', () => {
  it('goes out as text and HTML, with headers of the user', async () => {
    const port = await start();
    const outcome = await send(
      port,
      `require_tls: false
hello: petrel.example.com
headers: { reply-to: 'ops@example.com', x-alert: '{{ .CommonLabels.alertname }}', Subject: '[P0] {{ .GroupLabels.alertname }} 告警' }`,
    );
    expect(outcome).toMatchObject({ ok: true });
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ from: 'petrel@example.com', to: ['a@example.com'], secure: false });
    expect(mails[0]?.hello).toBe('petrel.example.com');
    expect(header('From')).toBe('Petrel <petrel@example.com>');
    expect(header('Reply-To')).toBe('ops@example.com');
    expect(header('X-Alert')).toBe('HighErrorRate');
    expect(header('Subject')).toMatch(/^=\?UTF-8\?/i);
    expect(header('Date')).toBe('Sat, 22 Aug 2026 09:30:00 +0000');
    expect(header('Message-ID')).toMatch(/^<[\da-f-]{36}@.+>$/);
    const { text } = mails[0] as Mail;
    expect(text).toMatch(/Content-Type: multipart\/alternative/);
    expect(text.indexOf('Content-Type: text/plain')).toBeLessThan(text.indexOf('Content-Type: text/html'));
    expect(text).toContain('&lt;too high&gt;');
  });

  it('goes to all addresses of the list, templates expanded', async () => {
    const port = await start();
    const block = `smarthost: 127.0.0.1:${port}\nfrom: p@example.com\nrequire_tls: false\nhtml: ''
to: 'a@example.com, ,Ops <{{ .Receiver }}@example.com>'`;
    const [outcome] = await rehearse(email, block, notificationOf([ALERT]));
    expect(outcome).toMatchObject({ ok: true });
    expect(mails[0]?.to).toEqual(['a@example.com', 'team-x@example.com']);
    expect(mails[0]?.text).toContain('Content-Type: text/plain; charset=utf-8');
    expect(mails[0]?.text).not.toContain('text/html');
    const none = `smarthost: 127.0.0.1:${port}\nfrom: p@example.com\nto: '{{ .CommonLabels.mail }}'`;
    expect((await rehearse(email, none, notificationOf([ALERT])))[0]).toMatchObject({ ok: false, retryable: false });
  });

  it('lets no label become a header', async () => {
    const port = await start();
    const alert = { labels: { alertname: 'A\r\nBcc: victim@example.com\r\n\r\nbody' } };
    const block = `smarthost: 127.0.0.1:${port}\nfrom: p@example.com\nrequire_tls: false\nto: a@example.com
headers: { X-Name: '{{ .CommonLabels.alertname }}', Subject: '{{ .CommonLabels.alertname }}' }`;
    await rehearse(email, block, notificationOf([alert]));
    expect(mails[0]?.to).toEqual(['a@example.com']);
    expect(header('Bcc')).toBeUndefined();
    expect(header('X-Name')).toContain('Bcc: victim');
  });

  it('puts the mails of a group into one thread', async () => {
    const port = await start();
    await send(port, 'require_tls: false\nthreading: { enabled: true, thread_by_date: daily }');
    expect(header('In-Reply-To')).toMatch(/^<alert-[\da-f]{16}-2026-08-22@alertmanager>$/);
    expect(header('References')).toBe(header('In-Reply-To'));
  });

  it('upgrades to TLS with the authority that it was given, and without one not at all', async () => {
    const port = await start();
    const tls = `tls_config: { ca_file: ${folder}/cert.pem, server_name: mail.test }`;
    expect(await send(port, tls)).toMatchObject({ ok: true });
    expect(mails[0]?.secure).toBe(true);
    const unknown = await send(port, 'tls_config: { server_name: mail.test }');
    expect(unknown).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(unknown)).toMatch(/self[- ]signed/i);
    expect(await send(port, 'tls_config: { insecure_skip_verify: true }')).toMatchObject({ ok: true });
    const missing = await send(port, 'tls_config: { ca_file: /nonexistent/ca.pem }');
    expect(missing).toMatchObject({ ok: false, retryable: false });
  });

  it('does not send where TLS is required and not offered', async () => {
    const port = await start({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await send(port, '')).toMatchObject({ ok: false });
    expect(mails).toHaveLength(0);
  });

  it('speaks TLS from the first byte where it is told to', async () => {
    const port = await start({ secure: true });
    const yaml = `force_implicit_tls: true\ntls_config: { ca_file: ${folder}/cert.pem, server_name: mail.test }`;
    expect(await send(port, yaml)).toMatchObject({ ok: true });
    expect(mails[0]?.secure).toBe(true);
  });

  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('logs in with %s', async (method) => {
    const port = await start({
      authMethods: [method],
      authOptional: false,
      onAuth(auth, _session, done) {
        const right = method === 'CRAM-MD5' ? auth.validatePassword('s3cr3t-md5') : auth.password === 'p4ssw0rd-plain';
        if (auth.username === 'petrel' && right) done(null, { user: auth.username });
        else done(new Error('Invalid username or password'));
      },
    });
    const file = join(folder, 'password');
    writeFileSync(file, 'p4ssw0rd-plain\n');
    const yaml = `auth_username: petrel\nauth_password_file: ${file}\nauth_secret: s3cr3t-md5\ntls_config: { insecure_skip_verify: true }`;
    expect(await send(port, yaml)).toMatchObject({ ok: true });
    expect(mails[0]).toMatchObject({ user: 'petrel', secure: true });
    const wrong =
      'auth_username: petrel\nauth_password: wr0ng-one\nauth_secret: wr0ng-two\ntls_config: { insecure_skip_verify: true }';
    const refused = await send(port, wrong);
    expect(refused).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(refused)).toContain('535');
    expect(mails).toHaveLength(1);
  });

  it('shows no credentials, whatever the server says', async () => {
    const port = await start({
      authMethods: ['PLAIN'],
      onAuth(auth, _session, done) {
        done(new Error(`no ${auth.password} for ${auth.username}, ${btoa(`\0${auth.username}\0${auth.password}`)}`));
      },
    });
    const yaml = 'auth_username: petrel\nauth_password: p4ssw0rd-plain\ntls_config: { insecure_skip_verify: true }';
    const refused = JSON.stringify(await send(port, yaml));
    expect(refused).toContain('for petrel');
    expect(refused).not.toContain('p4ssw0rd-plain');
    expect(refused).not.toContain(btoa('\0petrel\0p4ssw0rd-plain'));
  });

  it('tries again after 4xx and a broken connection, not after 5xx', async () => {
    const answer = (code: number) =>
      Object.assign(new Error(code < 500 ? 'come back later' : 'no such user'), { responseCode: code });
    let code = 451;
    const port = await start({ onRcptTo: (_address, _session, done) => done(answer(code)) });
    expect(await send(port, 'require_tls: false')).toMatchObject({ ok: false, retryable: true });
    code = 550;
    expect(await send(port, 'require_tls: false')).toMatchObject({ ok: false, retryable: false });
    expect(await send(1, 'require_tls: false')).toMatchObject({ ok: false, retryable: true });
  });

  it('serves the others when one recipient is refused', async () => {
    const port = await start({
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('gone') ? done(Object.assign(new Error('gone'), { responseCode: 550 })) : done(),
    });
    const block = `smarthost: 127.0.0.1:${port}\nfrom: p@example.com\nrequire_tls: false\nto: 'gone@example.com,a@example.com'`;
    const [outcome] = await rehearse(email, block, notificationOf([ALERT]));
    expect(outcome).toMatchObject({ ok: true, detail: expect.stringContaining('refused: gone@example.com') });
    expect(mails[0]?.to).toEqual(['a@example.com']);
  });

  it('obeys the egress policy, and knows a server by its name all the same', async () => {
    const port = await start();
    const attempt = async (allow: readonly string[], host: string): Promise<DeliveryOutcome> => {
      const yaml = `smarthost: ${host}:${port}\nfrom: p@example.com\nto: a@example.com\ntls_config: { ca_file: ${folder}/cert.pem }`;
      const { config } = readBlock(email, yaml);
      const tools = { ...rehearsalTools(), egress: { forbidPrivate: true, allow } };
      const notifier = email.create(config as NonNullable<typeof config>, tools);
      return notifier.notify(notificationOf([ALERT]), new AbortController().signal);
    };
    for (const host of ['127.0.0.1', 'localhost']) {
      const outcome = await attempt(['10.0.0.0/8'], host);
      expect(outcome).toMatchObject({ ok: false, retryable: false, error: expect.stringContaining('not allowed') });
    }
    // The certificate is for the name, the connection goes to the address.
    expect(await attempt(['127.0.0.0/8'], 'localhost')).toMatchObject({ ok: true });
    expect(mails).toHaveLength(1);
  });

  it('ends at once when it is told to', async () => {
    const port = await start({ onMailFrom: () => undefined });
    const abort = new AbortController();
    const { config } = readBlock(
      email,
      `smarthost: 127.0.0.1:${port}\nfrom: p@example.com\nrequire_tls: false\nto: a@example.com`,
    );
    const notifier = email.create(config as NonNullable<typeof config>, rehearsalTools());
    const outcome = notifier.notify(notificationOf([ALERT]), abort.signal);
    setTimeout(() => abort.abort(), 50);
    expect(await outcome).toEqual({ ok: false, retryable: true, error: 'context canceled' });
  });
});
