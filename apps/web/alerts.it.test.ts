import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FixtureServer } from './pages/alerts/fixture-server.test-support.ts';
import { startFixtureServer } from './pages/alerts/fixture-server.test-support.ts';
import { TABS, tabPath } from './pages/alerts/tabs.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('skipped: no Chromium to drive the web app with (Debian package chromium)');

// PETREL_SCREENSHOTS=folder keeps a picture of each page to look at.
const screenshots = process.env.PETREL_SCREENSHOTS;

describe.skipIf(CHROMIUM === undefined)('the Alerts page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-web-alerts-'));
  const webDir = join(folder, 'web');
  let server: FixtureServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const vite = resolve(import.meta.dirname, '../../node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--outDir', webDir, '--emptyOutDir', '--logLevel', 'warn'];
    const built = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`the web app does not build: ${built.stderr}`);
    server = await startFixtureServer({ webDir, alerts: 2000 });
    browser = await chromium.launch({
      executablePath: CHROMIUM as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    problems.length = 0;
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterEach(async ({ task }) => {
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `alerts-${task.name.replace(/\W+/g, '-')}.png`) });
    await context.close();
    expect(problems).toEqual([]);
  });

  const open = (path: string) => page.goto(`${server.url}${path}`);
  const parameter = (name: string) => new URL(page.url()).searchParams.get(name);
  const shownStates = () => page.getByTestId('alert-row').locator('> :first-child').allTextContents();

  it('shows alerts as routed and filters them by state, matchers and text', async () => {
    await open('/alerts');
    await page.getByTestId('section').getByText('tech-lead').waitFor();
    expect(await page.getByTestId('state-all').textContent()).toBe('All2,000');
    // Two thousand alerts, but only what is near the view is in the document.
    expect(await page.getByTestId('alert-row').count()).toBeLessThan(120);
    await page.getByTestId('state-inhibited').click();
    await expect.poll(() => parameter('state')).toBe('inhibited');
    await expect.poll(async () => new Set(await shownStates())).toEqual(new Set(['Inhibited']));
    await page.getByTestId('alert-row').first().getByText('by ServiceDown').waitFor();
    await page.getByTestId('state-silenced').click();
    await page.getByTestId('alert-row').first().getByText('by Search is being reindexed').waitFor();
    await page.getByTestId('state-muted').click();
    await page.getByTestId('alert-row').first().getByText('by offhours').waitFor();
    await page.getByTestId('state-all').click();
    await page.getByTestId('filter').fill('service="cart" disk');
    await expect.poll(() => parameter('filter')).toBe('service="cart" disk');
    const others = page.getByTestId('group').filter({ hasNotText: 'DiskWillFill' });
    await expect.poll(() => others.count()).toBe(0);
    expect(await page.getByTestId('group').count()).toBeGreaterThan(0);
    await page.getByTestId('filter').fill('service=~"("');
    await page.getByText(/service=~"\("/).waitFor();
    await page.getByTestId('filter').fill('nothing of the sort');
    await page.getByText('No alert matches').waitFor();
  });

  it('opens an alert, says what holds it back, and leads to its source', async () => {
    const held = server.world.alerts.find((alert) => alert.status.inhibitedBy.length > 0);
    await open(`/alerts?alert=${held?.fingerprint}`);
    const details = page.getByTestId('alert-details');
    await details.getByText('Inhibited by').waitFor();
    expect(await details.evaluate((element) => element.getBoundingClientRect().top < innerHeight)).toBe(true);
    await details.getByRole('link', { name: 'ServiceDown' }).click();
    await details.getByText('The service does not answer').first().waitFor();
    await page.getByTestId('action-graph').click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/explore');
    expect(parameter('expr')).toBe('up{job=~"shop-.*"} == 0');
  });

  it('groups by a label and takes part of the keyboard', async () => {
    await open('/alerts?group=severity');
    await page.getByTestId('group').getByText('severity=').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('alert-details').waitFor();
    expect(parameter('alert')).toMatch(/^[0-9a-f]{16}$/);
    await page.keyboard.press('Escape');
    await page.getByTestId('alert-details').waitFor({ state: 'detached' });
    // Where the focus is on something that can be pressed, Enter presses that.
    const group = page.getByTestId('group').first();
    await group.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => group.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Enter');
    await expect.poll(() => group.getAttribute('aria-expanded')).toBe('true');
    expect(await page.getByTestId('alert-details').count()).toBe(0);
    await page.keyboard.press('/');
    await page.keyboard.type('cart');
    await expect.poll(() => parameter('filter')).toBe('cart');
    await page.keyboard.press('Escape');
    expect(parameter('filter')).toBe('cart');
    await page.keyboard.press('j');
    await page.keyboard.press('s');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/alerts/silences/new');
    expect(parameter('filter')).toMatch(/^\{alertname="/);
  });

  it('stays small and quick with ten thousand alerts', async () => {
    const big = await startFixtureServer({ webDir, alerts: 10_000 });
    try {
      await page.goto(`${big.url}/alerts?group=none`);
      await page.getByTestId('alert-row').first().waitFor();
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      await page.getByTestId('alert-row').first().waitFor();
      expect(await page.getByTestId('alert-row').count()).toBeLessThan(200);
      expect(await page.evaluate(() => document.body.scrollHeight)).toBeGreaterThan(9000 * 30);
      await page.evaluate(() => scrollTo(0, 0));
      await page.getByTestId('filter').fill('instance="cart-7.internal:8080"');
      await expect.poll(() => page.getByTestId('alert-row').count()).toBeLessThan(15);
    } finally {
      await big.close();
    }
  });

  it('lists rules, lets failing ones stand out and shows the history of one', async () => {
    await open('/alerts/rules');
    await page.getByTestId('rule').getByText('many-to-many matching not allowed').waitFor();
    await page.getByText('longer than the interval').waitFor();
    await page.getByTestId('state-failing').click();
    await expect.poll(() => page.getByTestId('rule').count()).toBe(1);
    await page.getByTestId('state-all').click();
    await page.getByTestId('filter').fill('order_queue');
    await page.getByTestId('rule').getByText('OrderBacklog').click();
    const details = page.getByTestId('rule-details');
    await details.getByTestId('state-timeline').waitFor();
    expect(await details.locator('[data-state="firing"]').count()).toBeGreaterThan(5);
    await details.getByText(/^\d+ changes$/).click();
    await details
      .getByText(/became firing/)
      .first()
      .waitFor();
    expect(parameter('rule')).toContain('OrderBacklog');
    await page.reload();
    await details.waitFor();
  });

  it('makes a silence with a preview, remembers its author, edits and ends it', async () => {
    await open(`/alerts/silences/new?filter=${encodeURIComponent('{alertname="HighLatency"}')}`);
    await page.getByTestId('preview-active').getByText('900 alerts would be hidden now').waitFor();
    await page.getByTestId('add-matcher').click();
    await page.getByTestId('matcher-name').nth(1).fill('service');
    await page.getByTestId('matcher-value').nth(1).fill('cart');
    await page.getByTestId('preview-active').getByText('150 alerts would be hidden now').waitFor();
    await page.getByTestId('preview-notifications').getByText('12 notifications').waitFor();
    expect(parameter('filter')).toBe('{alertname="HighLatency", service="cart"}');
    await page.keyboard.press('Escape');
    await page.getByTestId('save-silence').click();
    await page.getByText('Say why.').waitFor();
    await page.getByTestId('author').fill('grace');
    await page.getByTestId('comment').fill('refuse me');
    await page.getByTestId('duration-4h').click();
    await page.getByTestId('save-silence').click();
    await page.getByText('silence invalid: comment missing').waitFor();
    await page.getByTestId('comment').fill('cart is moving');
    await page.getByTestId('save-silence').click();
    const made = page.getByTestId('silence').filter({ hasText: 'cart is moving' });
    await made.getByText(/^ends in 3h 59m$|^ends in 4h$/).waitFor();
    const sent = server.posted.get('/api/v2/silences')?.at(-1) as {
      readonly matchers: unknown;
      readonly createdBy: string;
    };
    expect(sent.createdBy).toBe('grace');
    expect(sent.matchers).toEqual([
      { name: 'alertname', value: 'HighLatency', isRegex: false, isEqual: true },
      { name: 'service', value: 'cart', isRegex: false, isEqual: true },
    ]);

    await made.getByTestId('edit-silence').click();
    expect(await page.getByTestId('author').inputValue()).toBe('grace');
    await page.getByTestId('comment').fill('cart has moved');
    await page.getByTestId('save-silence').click();
    const edited = page.getByTestId('silence').filter({ hasText: 'cart has moved' });
    await edited.getByTestId('expire-silence').click();
    await page.getByTestId('expire-confirm').click();
    await edited.getByText(/^ended/).waitFor();
  });

  it('begins a new silence with one that is over, and keeps what was typed', async () => {
    await open('/alerts/silences?state=expired');
    const over = page.getByTestId('silence').filter({ hasText: 'Load test' });
    await over.getByTestId('edit-silence').click();
    await page.getByTestId('author').fill('linus');
    await page.getByTestId('matcher-value').fill('eu-1');
    expect(await page.getByTestId('author').inputValue()).toBe('linus');
    expect(await page.getByTestId('comment').inputValue()).toBe('Load test');
    await page.keyboard.press('Escape');
    await page.getByTestId('save-silence').click();
    await page
      .getByTestId('silence')
      .filter({ hasText: 'cluster="eu-1"' })
      .getByText(/^ends in/)
      .waitFor();
    expect(server.posted.get('/api/v2/silences')?.at(-1)).not.toHaveProperty('id');
  });

  it('refuses a silence for everything', async () => {
    await open(`/alerts/silences/new?filter=${encodeURIComponent('{alertname=~".*"}')}`);
    await page.getByTestId('save-silence').click();
    await page.getByText('These matchers hold for every alert').waitFor();
  });

  it('takes a whole selector that is pasted into a matcher', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/alerts/silences/new');
    await page.evaluate(() => navigator.clipboard.writeText('{alertname="X", instance=~"a.*"}'));
    await page.getByTestId('matcher-name').click();
    await page.keyboard.press('Control+V');
    await expect.poll(() => page.getByTestId('matcher').count()).toBe(2);
    expect(await page.getByTestId('matcher-value').nth(1).inputValue()).toBe('a.*');
  });

  it('lights up the way of an alert through the tree', async () => {
    await open('/alerts/routing');
    await page.getByTestId('route-labels').fill('alertname=HighLatency priority=P1 team=business service=payment');
    await page.getByTestId('destination').getByText('business-team').waitFor();
    const verdicts = await page
      .getByTestId('route-node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-verdict')));
    expect(verdicts).toEqual(['passed', 'failed', 'passed', 'destination', 'skipped', 'skipped']);
    await page.getByText('priority="P0" (the alert has priority="P1")').waitFor();
    await page.getByTestId('route-result').getByText('Held back now by the inhibit rule').waitFor();
    await page.getByTestId('route-labels').fill('{"alertname": 1}');
    await page.getByText('This is no JSON object of texts.').waitFor();
    await page.getByTestId('route-labels').fill('alertname=A priority=P3');
    await page.getByTestId('destination').getByText('muted by offhours').waitFor();
    await page.reload();
    await page.getByTestId('destination').getByText('dev-team').waitFor();
  });

  it('explains an alert', async () => {
    await open('/alerts/explain');
    await page.getByTestId('explain-alert').fill('HighErrorRate');
    await page.keyboard.press('Escape');
    await page.getByTestId('explain-at').fill('-1h');
    await page.getByTestId('explain-ask').click();
    await page.getByTestId('verdict').getByText('reached tech-lead by email').waitFor();
    expect(await page.getByTestId('timeline-step').count()).toBe(7);
    await page.getByTestId('explained-receiver').getByText('421 4.7.0 try again later').waitFor();
    await page.getByTestId('timeline-step').first().getByText('raw entry').click();
    await page.getByText('"kind": "evaluation"').first().waitFor();
    await page.getByTestId('candidates').getByRole('link').first().click();
    await expect.poll(() => parameter('alert')).toMatch(/^[0-9a-f]{16}$/);
    await page.getByTestId('verdict').waitFor();
    await open('/alerts/explain?alert=Unheard');
    await page.getByText('Looked for an alert named "Unheard"').waitFor();
  });

  it('rehearses, can be cancelled, and compares', async () => {
    await open('/alerts/rehearse');
    await page.getByTestId('add-rules').click();
    await page.getByTestId('rules-text').fill('groups: [] # endless');
    await page.getByTestId('range').getByText('Last 7d').click();
    await page.getByTestId('rehearse-run').click();
    await page.getByTestId('progress').getByText('evaluating rules in force').waitFor();
    await page.getByTestId('cancel').click();
    await page.getByTestId('rehearse-cancelled').waitFor();
    await expect.poll(() => server.cancelled()).toBe(1);
    await page.getByTestId('rules-text').fill('groups: []');
    await page.getByTestId('rehearse-run').click();
    // The run goes on while its reader looks elsewhere.
    await page.getByTestId('tab-lint').click();
    await page.getByTestId('finding').first().waitFor();
    await page.getByTestId('tab-rehearse').click();
    await page.getByTestId('rehearsal').waitFor();
    expect(server.posted.get('/api/v1/petrel/rehearse')).toEqual([
      { rules: [{ name: 'rules-1.yml', text: 'groups: [] # endless' }], from: '-7d' },
      { rules: [{ name: 'rules-1.yml', text: 'groups: []' }], from: '-7d' },
    ]);
    await page.getByTestId('gained').getByText('Gained: 6 notifications').waitFor();
    await page.getByTestId('moved').getByText('before: default').first().waitFor();
    await page.getByTestId('view-calendar').click();
    await page.getByTestId('calendar').locator('button').first().hover();
    await page.getByTestId('hour').getByText('1 notification').first().waitFor();
    await page.getByTestId('view-rules').click();
    await page.getByTestId('rule-table').getByRole('button', { name: 'Sweep' }).nth(1).click();
    await page.getByTestId('sweep-run').click();
    await page.getByTestId('sweep-map').locator('button').nth(12).hover();
    await page.getByText('> 0.05, for 5m: 44 notifications, fired 22 times').waitFor();
    const [swept] = (server.posted.get('/api/v1/petrel/rehearse/sweep') ?? []) as Readonly<Record<string, string>>[];
    expect(swept).toMatchObject({ group: 'shop', alert: 'HighErrorRate' });
    expect(Date.parse(swept?.to ?? '') - Date.parse(swept?.from ?? '')).toBe(7 * 86_400_000);
    await page.getByTestId('view-suppressed').click();
    await page.getByTestId('suppressed').getByText('inhibited').first().waitFor();
  });

  it('lists findings by file and filters them', async () => {
    await open('/alerts/lint');
    await page.getByText('Looked at 12 rules, 6 routes and 5 receivers.').waitFor();
    expect(await page.getByTestId('lint-file').first().textContent()).toContain('alertmanager.yml');
    await page.getByTestId('state-warning').click();
    await expect.poll(() => page.getByTestId('finding').count()).toBe(2);
    await page.getByTestId('filter').fill('runbook');
    await expect.poll(() => page.getByTestId('finding').count()).toBe(1);
  });

  it('says what to do where there is nothing yet', async () => {
    const empty = await startFixtureServer({ webDir, alerts: 0, empty: true });
    try {
      const says = {
        '/alerts': 'rule_files',
        '/alerts/rules': 'rule_files',
        '/alerts/routing': 'alerting.config_file',
        '/alerts/silences': 'Make one here',
      };
      for (const [path, text] of Object.entries(says)) {
        await page.goto(`${empty.url}${path}`);
        await page.getByTestId('empty').getByText(text).waitFor();
      }
    } finally {
      await empty.close();
    }
  });

  it.each(TABS.filter((tab) => tab !== 'rehearse'))('says what went wrong on the tab %s, and recovers', async (tab) => {
    let broken = true;
    await page.route(/\/api\/v[12]\//, (route) =>
      broken
        ? route.fulfill({
            status: 503,
            json: {
              status: 'error',
              errorType: 'unavailable',
              error: 'the store is away',
              message: 'the store is away',
            },
          })
        : route.continue(),
    );
    await open(tab === 'explain' ? '/alerts/explain?alert=HighErrorRate' : tabPath(tab));
    await page.getByRole('alert').getByText('the store is away').first().waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('fits a telephone in both languages', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const language of ['中文', 'EN']) {
      await open('/alerts');
      await page.getByText(language, { exact: true }).click();
      await open('/alerts?group=none&filter=service%3Dsearch');
      await page.getByTestId('alert-row').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      for (const tab of TABS) {
        await page.getByTestId(`tab-${tab}`).click();
        await page.waitForLoadState('networkidle');
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([tab, overflow]).toEqual([tab, 0]);
      }
    }
  });
});
