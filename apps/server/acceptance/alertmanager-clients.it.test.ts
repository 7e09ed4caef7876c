import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, until } from '@petrel/testkit/server/http.ts';
import {
  hasPrograms,
  type PeerProcess,
  startAlertmanager,
  startPrometheus,
} from '@petrel/testkit/server/peer-process.ts';
import { type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import { apiData } from '@petrel/testkit/server/prometheus-api.ts';
import { type WebhookBodyAlert, WebhookServer } from '@petrel/testkit/server/webhook-server.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PETREL = fileURLToPath(new URL('../bin/petrel.mjs', import.meta.url));
/** Prometheus finds its Alertmanagers five seconds after its start, and does not tell them what it has told nobody before. */
const FROM_S = 7;
/** How long the condition of the rules holds. */
const HOLDS_S = 6;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

interface ApiAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
  readonly generatorURL: string;
  readonly startsAt: string;
}

describe.skipIf(!hasPrograms('prometheus-alertmanager', 'amtool', 'prometheus'))(
  "Alertmanager's clients and peers",
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'petrel-clients-'));
    const routingFile = join(folder, 'routing.yml');
    let webhook: WebhookServer;
    let petrel: PetrelProcess;
    let alertmanager: PeerProcess;
    let prometheus: PeerProcess;

    beforeAll(async () => {
      webhook = await WebhookServer.start();
      writeFileSync(routingFile, routing(webhook.url));
      alertmanager = await startAlertmanager(
        join(folder, 'alertmanager'),
        'route: { receiver: n }\nreceivers: [{ name: n }]\n',
      );
      const begin = Date.now() / 1000;
      writeFileSync(join(folder, 'rules.yml'), rules('OfPetrel', begin + FROM_S));
      petrel = await startPetrel({
        folder: join(folder, 'petrel'),
        config: petrelConfig(folder, alertmanager.address),
      });
      writeFileSync(join(folder, 'prometheus-rules.yml'), rules('OfPrometheus', Date.now() / 1000 + FROM_S));
      prometheus = await startPrometheus(join(folder, 'prometheus'), () => prometheusConfig(folder, petrel.url));
    }, 90_000);

    afterAll(async () => {
      await Promise.all([prometheus?.stop(), alertmanager?.stop(), petrel?.stop()]);
      await webhook?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const amtool = (...args: readonly string[]) => amtoolAt(petrel.url, ...args);
    const get = async <T>(path: string): Promise<T> => {
      const { status, text } = await ask(`${petrel.url}${path}`);
      expect(status, `${path}: ${text}`).toBe(200);
      return JSON.parse(text) as T;
    };

    test('our own alerts reach an Alertmanager elsewhere, and the webhook as well', async () => {
      const seen = async () => JSON.parse((await ask(`${alertmanager.url}/api/v2/alerts`)).text) as ApiAlert[];
      await until(async () => (await seen()).length > 0, 20_000);
      const [there] = await seen();
      const [firing] = await toldOf(webhook, 'OfPetrel');
      expect(firing.labels).toEqual({ alertname: 'OfPetrel', severity: 'critical', site: 'here' });
      expect(there).toMatchObject({
        labels: { alertname: 'OfPetrel', severity: 'critical', site: 'here', forwarded: 'yes' },
        annotations: { summary: 'the value is 1' },
        generatorURL: firing.generatorURL,
      });
      expect(Date.parse(there?.startsAt ?? '')).toBe(Date.parse(firing.startsAt));
      const { activeAlertmanagers } = await apiData<{ activeAlertmanagers: object[] }>(petrel.url, 'alertmanagers');
      expect(activeAlertmanagers).toEqual([{ url: `${alertmanager.url}/api/v2/alerts` }]);
      // It has heard of the end too: it shows no alert that has ended, and it was told that this one is good for minutes.
      await until(async () => (await seen()).length === 0, 10_000);
    }, 60_000);

    test('alerts of a Prometheus reach the webhook, and their end', async () => {
      const [firing, ended] = await toldOf(webhook, 'OfPrometheus');
      expect(firing).toMatchObject({
        labels: { alertname: 'OfPrometheus', severity: 'critical', origin: 'peer', extra: 'relabelled' },
        annotations: { summary: 'the value is 1' },
      });
      expect(firing.generatorURL).toContain('/graph?g0.expr=');
      expect(ended.fingerprint).toBe(firing.fingerprint);
      expect(ended.startsAt).toBe(firing.startsAt);
      const lastedMs = Date.parse(ended.endsAt) - Date.parse(ended.startsAt);
      expect(lastedMs).toBeGreaterThan(1000);
      expect(lastedMs).toBeLessThan((HOLDS_S + 2) * 1000);
    }, 40_000);

    test('amtool adds and queries alerts', async () => {
      expect(
        await amtool('alert', 'add', 'Manual', 'node=n1', 'severity=warning', '--annotation=summary=by hand'),
      ).toMatchObject({ code: 0 });
      const found = await amtool('alert', 'query', '-o', 'json', 'alertname=Manual', 'node=~n.');
      expect(JSON.parse(found.out)).toMatchObject([
        { labels: { alertname: 'Manual', node: 'n1', severity: 'warning' }, annotations: { summary: 'by hand' } },
      ]);
      expect((await amtool('alert', 'query', '--receiver=team', 'Manual')).out).toMatch(/Manual .*by hand/);
      expect((await amtool('alert', 'query', '--receiver=pager', 'Manual')).out).not.toContain('Manual');
      expect((await amtool('alert')).out).toContain('Manual');
      await until(() => alertsTold(webhook, 'Manual').length > 0);
      const refused = await amtool('alert', 'query', '--receiver=(');
      expect(refused.code).toBe(1);
      expect(refused.error).toContain('failed to parse receiver param');
    });

    test('amtool adds, shows, changes and expires silences, and they hold', async () => {
      const added = await amtool(
        'silence',
        'add',
        '-a',
        'me',
        '-c',
        'maintenance',
        '-d',
        '1h',
        'alertname=~Quiet|Still',
        'node!=n9',
      );
      const id = added.out.trim();
      expect(added).toMatchObject({ code: 0, error: '' });
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      await amtool('alert', 'add', 'Quiet', 'node=n1', 'severity=warning');
      await amtool('alert', 'add', 'Quiet', 'node=n9', 'severity=warning');
      const suppressed = JSON.parse(
        (await amtool('alert', 'query', '-o', 'json', '-s', 'alertname=Quiet', 'node=n1')).out,
      );
      expect(suppressed).toMatchObject([{ status: { state: 'suppressed', silencedBy: [id] } }]);
      await until(() => alertsTold(webhook, 'Quiet').length > 0);
      expect(alertsTold(webhook, 'Quiet').map(({ labels }) => labels.node)).toEqual(['n9']);
      const [silence] = JSON.parse((await amtool('silence', 'query', '-o', 'json')).out);
      expect(silence).toMatchObject({ id, createdBy: 'me', comment: 'maintenance', status: { state: 'active' } });
      expect(await amtool('silence', 'update', '-d', '2h', '-c', 'longer', id)).toMatchObject({ code: 0 });
      const [updated] = JSON.parse((await amtool('silence', 'query', '-o', 'json')).out);
      expect(updated).toMatchObject({ id, comment: 'longer' });
      expect(Date.parse(updated.endsAt) - Date.now()).toBeGreaterThan(7_100_000);
      expect(await amtool('silence', 'expire', id)).toMatchObject({ code: 0 });
      expect((await amtool('silence', 'query', '-q')).out.trim()).toBe('');
      expect((await amtool('silence', 'query', '-q', '--expired')).out.trim()).toBe(id);
      await until(() => alertsTold(webhook, 'Quiet').some(({ labels }) => labels.node === 'n1'));
      expect((await amtool('silence', 'expire', id)).code).toBe(1);
    });

    test('amtool shows the configuration and tests routes, from the server and from the file', async () => {
      const shown = await amtool('config', 'show');
      expect(shown).toMatchObject({ code: 0, error: '' });
      expect(shown.out).toContain('receiver: team');
      expect(shown.out).not.toContain('hunter2');
      for (const source of [[], [`--config.file=${routingFile}`]]) {
        const tree = await amtool('config', 'routes', 'show', ...source);
        expect(tree, source.join()).toMatchObject({ code: 0 });
        expect(tree.out).toContain('{severity="critical"}  continue: true  receiver: pager');
        const routed = await amtool('config', 'routes', 'test', ...source, 'severity=critical', 'node=n1');
        expect(routed.out.trim()).toBe('pager,log');
        const verified = await amtool(
          'config',
          'routes',
          'test',
          ...source,
          '--verify.receivers=pager',
          'severity=warning',
        );
        expect(verified.code).toBe(1);
      }
      expect((await amtool('cluster', 'show')).code).toBe(0);
    });

    test('amtool check-config and petrel check agree on our file', async () => {
      const theirs = await amtool('check-config', routingFile);
      expect(theirs).toMatchObject({ code: 0 });
      expect(theirs.out).toContain('SUCCESS');
      const ours = await run(process.execPath, [PETREL, 'check', 'alertmanager', routingFile]);
      expect(ours).toMatchObject({ code: 0 });
      expect(ours.out).toContain('4 receivers');
      expect((await run(process.execPath, [PETREL, 'check', 'config', petrel.configFile])).code).toBe(0);
      const broken = join(folder, 'broken.yml');
      writeFileSync(broken, routing(webhook.url).replace('receiver: pager,', 'receiver: nobody,'));
      expect((await amtool('check-config', broken)).code).toBe(1);
      const refused = await run(process.execPath, [PETREL, 'check', 'alertmanager', broken]);
      expect(refused.code).toBe(1);
      expect(refused.out).toContain('nobody');
    });

    test("Grafana's data source finds what it looks for: no Mimir, an Alertmanager", async () => {
      // A 200 here, whatever it says, is a Mimir to it.
      expect((await ask(`${petrel.url}/alertmanager/api/v2/status`)).status).toBe(404);
      expect((await ask(`${petrel.url}/api/v2/status`)).status).toBe(200);
    });

    test("what Grafana's data source asks", async () => {
      const status = await get<{ config: { original: string }; versionInfo: { version: string } }>('/api/v2/status');
      expect(status.config.original).toContain('receiver: team');
      expect(status.versionInfo.version).not.toBe('');
      await amtool('alert', 'add', 'Shown', 'node=n1', 'severity=warning');
      await amtool('alert', 'add', 'Shown', 'node=n2', 'severity=warning');
      const created = await ask(`${petrel.url}/api/v2/silences`, {
        body: JSON.stringify({
          matchers: [{ name: 'node', value: 'n2', isEqual: true, isRegex: false }],
          startsAt: new Date().toISOString(),
          endsAt: new Date(Date.now() + 600_000).toISOString(),
          createdBy: 'grafana',
          comment: 'created from the data source',
        }),
        headers: { 'content-type': 'application/json' },
      });
      const { silenceID } = JSON.parse(created.text) as { silenceID: string };
      const silences = await get<{ id: string; status: { state: string } }[]>('/api/v2/silences');
      expect(silences.find(({ id }) => id === silenceID)?.status.state).toBe('active');
      const flags = 'silenced=true&active=true&inhibited=true';
      const groups = await get<{ labels: object; receiver: { name: string }; alerts: ApiAlert[] }[]>(
        `/api/v2/alerts/groups?${flags}&filter=${encodeURIComponent('alertname="Shown"')}`,
      );
      expect(groups).toMatchObject([{ labels: { alertname: 'Shown' }, receiver: { name: 'team' } }]);
      expect(groups[0]?.alerts.map(({ labels, status: { state } }) => [labels.node, state])).toEqual([
        ['n1', 'active'],
        ['n2', 'suppressed'],
      ]);
      const filtered = async (more: string) =>
        (await get<ApiAlert[]>(`/api/v2/alerts?${more}&filter=alertname%3D%22Shown%22&filter=node%3D~%22n.%2B%22`)).map(
          ({ labels }) => labels.node,
        );
      expect((await filtered(flags)).sort()).toEqual(['n1', 'n2']);
      expect(await filtered('silenced=false')).toEqual(['n1']);
      expect(await filtered('active=false')).toEqual(['n2']);
      expect((await ask(`${petrel.url}/api/v2/silence/${silenceID}`, { method: 'DELETE' })).status).toBe(200);
      expect((await filtered('silenced=false')).sort()).toEqual(['n1', 'n2']);
      expect((await get<{ name: string }[]>('/api/v2/receivers')).map(({ name }) => name).sort()).toEqual([
        'log',
        'nobody-yet',
        'pager',
        'team',
      ]);
    });
  },
);

function routing(hookUrl: string): string {
  return `global: { resolve_timeout: 5m }
route:
  receiver: team
  group_by: [alertname]
  group_wait: 300ms
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - { matchers: ['severity="critical"'], receiver: pager, continue: true }
    - { match_re: { severity: 'critical|info' }, receiver: log }
receivers:
  - name: team
    webhook_configs: [{ url: '${hookUrl}/team', http_config: { basic_auth: { username: u, password: hunter2 } } }]
  - name: pager
    webhook_configs: [{ url: '${hookUrl}/pager' }]
  - name: log
    webhook_configs: [{ url: '${hookUrl}/log' }]
  - name: nobody-yet
`;
}

/** An alert whose condition holds from the time on, for HOLDS_S. */
function rules(name: string, fromS: number): string {
  return `groups:
  - name: g
    interval: 1s
    rules:
      - alert: ${name}
        expr: vector(1) and (vector(time()) > ${fromS.toFixed(0)} < ${(fromS + HOLDS_S).toFixed(0)})
        for: 1s
        labels: { severity: critical }
        annotations: { summary: 'the value is {{ $value }}' }
`;
}

function petrelConfig(folder: string, alertmanager: string): string {
  return `global: { evaluation_interval: 1s, external_labels: { site: here } }
scrape_configs: []
rule_files: ['${folder}/rules.yml']
alerting:
  config_file: ${folder}/routing.yml
  alertmanagers:
    - static_configs: [{ targets: ['${alertmanager}'] }]
      alert_relabel_configs: [{ target_label: forwarded, replacement: 'yes' }]
`;
}

function prometheusConfig(folder: string, petrelUrl: string): string {
  return `global: { evaluation_interval: 1s, external_labels: { origin: peer } }
rule_files: ['${folder}/prometheus-rules.yml']
alerting:
  alert_relabel_configs: [{ target_label: extra, replacement: relabelled }]
  alertmanagers:
    - api_version: v2
      static_configs: [{ targets: ['${petrelUrl.slice('http://'.length)}'] }]
`;
}

/** Everything that receivers other than the log were told of an alert. */
function alertsTold({ received }: WebhookServer, name: string): WebhookBodyAlert[] {
  return received
    .filter(({ path }) => path !== '/log')
    .flatMap(({ body }) => body.alerts.filter(({ labels }) => labels.alertname === name));
}

/** The first word of an alert, and the word of its end. */
async function toldOf(webhook: WebhookServer, name: string): Promise<[WebhookBodyAlert, WebhookBodyAlert]> {
  const find = (status: string) => alertsTold(webhook, name).find((alert) => alert.status === status);
  await until(() => find('firing') !== undefined && find('resolved') !== undefined, 30_000);
  return [find('firing') as WebhookBodyAlert, find('resolved') as WebhookBodyAlert];
}

function amtoolAt(url: string, ...args: readonly string[]): Promise<Outcome> {
  return run('amtool', [`--alertmanager.url=${url}`, '--no-version-check', ...args]);
}

function run(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, (error, out, stderr) => resolve({ code: error === null ? 0 : 1, out, error: stderr }));
  });
}
