import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, until } from '@petrel/testkit/server/http.ts';
import { freePort, type PetrelProcess, startPetrel } from '@petrel/testkit/server/petrel-process.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('skipped: no Chromium to drive the web app with (Debian package chromium)');

// PETREL_SCREENSHOTS=folder keeps a picture of each page to look at.
const screenshots = process.env.PETREL_SCREENSHOTS;

describe.skipIf(CHROMIUM === undefined)('the web app in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-web-'));
  let petrel: PetrelProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    const rules = join(folder, 'rules.yml');
    writeFileSync(
      rules,
      'groups: [{ name: targets, interval: 1s, rules: [{ alert: TargetDown, expr: up == 0, annotations: { summary: "{{ $labels.job }} is down" } }] }]',
    );
    const config = [
      `rule_files: [${JSON.stringify(rules)}]`,
      'scrape_configs:',
      '  - job_name: petrel',
      '    scrape_interval: 1s',
      `    static_configs: [{ targets: ["127.0.0.1:${port}"] }]`,
      '  - job_name: nobody',
      '    scrape_interval: 1s',
      '    static_configs: [{ targets: ["127.0.0.1:9"] }]',
    ];
    petrel = await startPetrel({ folder, port, config: `${config.join('\n')}\n` });
    const range = 'count_over_time(up{job="petrel"}[1m])';
    await until(async () => {
      const answer = await ask(`${petrel.url}/api/v1/query?query=${encodeURIComponent(range)}`);
      const count = Number(JSON.parse(answer.text).data?.result[0]?.value[1] ?? 0);
      return count >= 4;
    }, 30_000);
    browser = await chromium.launch({
      executablePath: CHROMIUM as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await petrel?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    problems.length = 0;
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterEach(async ({ task }) => {
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `${task.name.replace(/\W+/g, '-')}.png`) });
    await context.close();
    expect(problems).toEqual([]);
  });

  const open = (path: string) => page.goto(`${petrel.url}${path}`);

  it('shows an alert of its own rules, and explains it', async () => {
    await open('/alerts');
    await page.getByText('nobody is down').waitFor();
    await open('/alerts/rules');
    await page.getByTestId('rule').getByText('TargetDown').waitFor();
    await open('/alerts/explain?alert=TargetDown');
    await page.getByTestId('verdict').waitFor();
    expect(await page.getByTestId('verdict').textContent()).toContain('TargetDown{');
    await page.getByText('中文').first().click();
    await page
      .getByTestId('verdict')
      .filter({ hasText: /[\u4e00-\u9fff]/ })
      .waitFor();
    await open('/alerts/rehearse');
    await page.getByTestId('rehearse-run').click();
    await page.getByTestId('rehearsal').waitFor();
    await open('/alerts/lint');
    await page.getByTestId('finding').first().waitFor();
  });

  it('finds log lines, filters by what is in them, and follows new ones', async () => {
    const push = (lines: readonly object[]) =>
      ask(`${petrel.url}/api/v1/petrel/logs?env=prod`, {
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        headers: { 'content-type': 'application/x-ndjson' },
      });
    const record = (i: number) => ({
      timestamp: new Date(Date.now() - i * 1_000).toISOString(),
      level: i % 3 === 0 ? 'ERROR' : 'INFO',
      message: i % 3 === 0 ? `payment ${i} declined` : `order ${i} accepted`,
      service: 'checkout',
      user_id: `${i % 5}`,
      duration: i * 10,
    });
    expect((await push(Array.from({ length: 60 }, (_, i) => record(i)))).status).toBe(200);
    const parameter = (name: string) => new URL(page.url()).searchParams.get(name);
    const total = async () => Number((await page.getByTestId('histogram-summary').textContent())?.split(' ')[0]);
    await open('/explore/logs?range=15m');
    await page.getByTestId('service').getByText('checkout').click();
    await expect.poll(total).toBe(60);
    await page.getByTestId('line').first().getByRole('button').first().click();
    const user = page.getByTestId('field').filter({ has: page.getByText('user_id', { exact: true }) });
    await user.getByTestId('filter-for').click();
    await expect.poll(() => parameter('query')).toMatch(/ \| json \| user_id="\d"$/);
    await expect.poll(total).toBe(12);
    await open(`/explore/logs?language=kql&query=${encodeURIComponent('level:ERROR and duration >= 300')}&range=15m`);
    await expect.poll(total).toBe(10);
    await page.getByTestId('field-user_id').click();
    await expect.poll(() => page.getByTestId('field-statistics').getByTestId('top-value').count()).toBe(5);
    await open(`/explore/logs?query=${encodeURIComponent('{service="checkout"}')}&view=patterns&range=15m`);
    await page.getByTestId('pattern').filter({ hasText: 'declined' }).getByText(/^20/).waitFor();
    await open(
      `/explore/logs?query=${encodeURIComponent('sum(count_over_time({service="checkout"}[15m]))')}&range=15m`,
    );
    await page.getByTestId('chart').locator('canvas').waitFor();
    await open(`/explore/logs?query=${encodeURIComponent('{service="checkout"} |= "brand new"')}&view=live&range=15m`);
    await page
      .getByTestId('tail-state')
      .getByText(/^Following/)
      .waitFor();
    await push([{ ...record(0), message: 'brand new' }]);
    await page.getByTestId('line').getByText('brand new').first().waitFor();
  });

  it('completes, runs and graphs an expression, and keeps it in the address', async () => {
    await open('/');
    await page.locator('.cm-content').click();
    await page.keyboard.type('petrel_scrape_dur');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'petrel_scrape_duration_seconds_count' }).click();
    await page.getByTestId('run').click();
    await page.getByTestId('chart').locator('canvas').waitFor();
    await page.getByTestId('legend').getByText('petrel_scrape_duration_seconds_count').first().waitFor();
    expect(await page.getByTestId('summary').textContent()).toMatch(/^\d+ series · \d+ points · \d+ ms$/);
    expect(new URL(page.url()).searchParams.get('expr')).toBe('petrel_scrape_duration_seconds_count');
    await page.reload();
    await page.getByTestId('chart').locator('canvas').waitFor();
  });

  it('draws a line where the data is', async () => {
    await open('/explore?expr=up&range=5m');
    const canvas = page.getByTestId('chart').locator('canvas');
    await canvas.waitFor();
    const coloured = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(i, i + 4);
        if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 80) count++;
      }
      return count;
    });
    expect(coloured).toBeGreaterThan(10);
  });

  it('zooms into the dragged range', async () => {
    await open('/explore?expr=up&range=5m');
    const over = page.getByTestId('chart').locator('.u-over');
    await over.waitFor();
    const box = await over.boundingBox();
    if (box === null) throw new Error('the chart has no size');
    await page.mouse.move(box.x + box.width * 0.6, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const search = new URL(page.url()).searchParams;
    const widthMs = Date.parse(search.get('to') ?? '') - Date.parse(search.get('from') ?? '');
    expect(widthMs).toBeGreaterThan(60_000);
    expect(widthMs).toBeLessThan(120_000);
  });

  it('runs at Enter', async () => {
    await open('/');
    await page.locator('.cm-content').click();
    await page.keyboard.insertText('vector(1)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByTestId('chart').locator('canvas').waitFor();
  });

  it('shows exact values in the table', async () => {
    await open('/explore?expr=up&tab=table');
    const table = page.getByTestId('result-table');
    await table.getByText('job="petrel"').waitFor();
    expect(await table.locator('tbody tr').count()).toBe(2);
  });

  it('underlines a mistake where it is and shows what the server says', async () => {
    await open('/explore?expr=sum(rate(up%5B1m%5D)');
    await page.getByRole('alert').getByText('parse error').waitFor();
    await page.locator('.cm-lintRange-error').waitFor({ state: 'attached' });
  });

  it('runs the links of Prometheus', async () => {
    await open('/graph?g0.expr=up&g0.tab=1');
    await page.getByTestId('result-table').waitFor();
  });

  it('lays an expression out', async () => {
    await open('/explore');
    await page.locator('.cm-content').click();
    await page.keyboard.insertText(
      `sum by (job) (rate(${'a'.repeat(60)}[5m])) / sum by (job) (rate(${'b'.repeat(60)}[5m]))`,
    );
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Format the expression' }).click();
    await page.locator('.cm-line').nth(2).waitFor();
  });

  it('speaks Chinese and remembers it', async () => {
    await open('/explore?expr=up');
    await page.getByText('中文', { exact: true }).click();
    await page.getByRole('link', { name: '抓取目标' }).click();
    await page.getByRole('heading', { name: '抓取目标' }).waitFor();
    await page.reload();
    await page.getByText('1 / 1 正常').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });

  it('has everything within reach on a narrow screen', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await open('/explore?expr=up');
    await page.locator('header button').last().click({ timeout: 5000 });
    await page.getByText('中文', { exact: true }).click({ timeout: 5000 });
    await page.getByRole('link', { name: '状态' }).click({ timeout: 5000 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('leaves no entry in the history for the same query again, and goes back to the one before', async () => {
    await open('/explore?expr=vector(1)');
    await page.getByTestId('chart').locator('canvas').waitFor();
    const before = await page.evaluate(() => history.length);
    for (let i = 0; i < 3; i++) {
      const answered = page.waitForResponse(/query_range/);
      await page.getByTestId('run').click();
      await answered;
    }
    expect(await page.evaluate(() => history.length)).toBe(before);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('nosuch(');
    await page.keyboard.press('Escape');
    await page.getByTestId('run').click();
    await page.getByRole('alert').waitFor();
    await page.goBack();
    await page.getByTestId('chart').locator('canvas').waitFor();
    expect(await page.locator('.cm-content').textContent()).toBe('vector(1)');
  });

  it('says when the server does not answer, and recovers', async () => {
    await open('/explore?expr=vector(1)');
    await page.getByTestId('chart').locator('canvas').waitFor();
    await context.setOffline(true);
    await page.getByTestId('run').click();
    await page.getByRole('alert').getByText('Petrel does not answer').waitFor({ timeout: 5000 });
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('chart').locator('canvas').waitFor();
  });

  it('lists targets with their errors and filters them', async () => {
    await open('/targets');
    await page.getByText('1 of 1 up').waitFor();
    await page.getByText('0 of 1 up').waitFor();
    await page
      .getByText(/ECONNREFUSED|refused/)
      .first()
      .waitFor();
    await page.getByPlaceholder('Filter by endpoint or label').fill('job="petrel"');
    await expect.poll(() => page.getByText('0 of 1 up').count()).toBe(0);
  });

  it('shows the status and the configuration in force', async () => {
    await open('/status');
    await page.getByTestId('config').getByText('job_name: nobody').waitFor();
    await page.getByText('numSeries').waitFor();
  });
});
