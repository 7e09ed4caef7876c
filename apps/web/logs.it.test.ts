import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LogFixture } from './pages/explore-logs/fixture-server.test-support.ts';
import { startLogFixture } from './pages/explore-logs/fixture-server.test-support.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (CHROMIUM === undefined) console.warn('skipped: no Chromium to drive the web app with (Debian package chromium)');

// PETREL_SCREENSHOTS=folder keeps a picture of each page to look at.
const screenshots = process.env.PETREL_SCREENSHOTS;
const LINES = 6000;

describe.skipIf(CHROMIUM === undefined)('Explore for logs in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrel-web-logs-'));
  const webDir = join(folder, 'web');
  let server: LogFixture;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const vite = resolve(import.meta.dirname, '../../node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--outDir', webDir, '--emptyOutDir', '--logLevel', 'warn'];
    const built = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`the web app does not build: ${built.stderr}`);
    server = await startLogFixture({ webDir, lines: LINES });
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
    Object.assign(server.behaviour, { delayMs: 0, incomplete: false, drop: 0 });
  });
  afterEach(async ({ task }) => {
    if (screenshots !== undefined)
      await page.screenshot({ path: join(screenshots, `logs-${task.name.replace(/\W+/g, '-')}.png`) });
    await context.close();
    expect(problems).toEqual([]);
  });

  const open = (query: string, more = '') =>
    page.goto(`${server.url}/explore/logs?query=${encodeURIComponent(query)}&range=2h${more}`);
  const parameter = (name: string) => new URL(page.url()).searchParams.get(name);
  const total = async () =>
    Number((await page.getByTestId('histogram-summary').textContent())?.split(' ')[0]?.replaceAll(',', ''));
  const matching = (test: (line: LogFixture['lines'][number]) => boolean) => server.lines.filter(test).length;
  const first = () => page.getByTestId('line').first();
  const openFirst = async () => {
    await first().getByRole('button').first().click();
    await page.getByTestId('line-details').waitFor();
  };
  const fieldRow = (name: string) => page.getByTestId('field').filter({ has: page.getByText(name, { exact: true }) });

  it('begins with the services and examples, in the language that is chosen', async () => {
    await page.goto(`${server.url}/explore?expr=up&range=2h`);
    await page.getByTestId('tab-logs').click();
    await expect.poll(() => parameter('range')).toBe('2h');
    await page.getByTestId('service').first().getByText('order-service').waitFor();
    await page
      .getByTestId('service')
      .first()
      .getByText(/^error /)
      .waitFor();
    await page.getByText('KQL', { exact: true }).click();
    await expect.poll(() => parameter('language')).toBe('kql');
    await page.getByTestId('example').getByText('duration:>1000 AND service:"order-service"').click();
    await page.getByTestId('histogram').waitFor();
    expect(parameter('query')).toBe('duration:>1000 AND service:"order-service"');
    await page.goBack();
    await page.getByTestId('service').getByText('auth').click();
    await expect.poll(() => parameter('query')).toBe('service_name: "auth"');
    await expect.poll(total).toBe(matching((line) => line.stream.service === 'auth'));
  });

  it('completes labels and values, and runs at Enter', async () => {
    await page.goto(`${server.url}/explore/logs?range=2h`);
    await page.locator('.cm-content').click();
    await page.keyboard.type('{serv');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'service_name' }).click();
    await page.keyboard.type('"pay');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'payment-service' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' | js');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'json' }).first().click();
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('line').first().waitFor();
    expect(parameter('query')).toBe('{service_name="payment-service"} | json');
    await expect.poll(total).toBe(matching((line) => line.stream.service === 'payment-service'));
    expect(await page.locator('[data-token="string"]').first().textContent()).toBe('"payment-service"');
  });

  it('shows thousands of lines, loads more, and draws only what is in view', async () => {
    await open('{service_name=~".+"}');
    await first().waitFor();
    await page.getByTestId('lines-summary').getByText('500 lines shown').waitFor();
    for (let shown = 1000; shown <= 2000; shown += 500) {
      await page.getByTestId('load-more').click();
      await page
        .getByTestId('lines-summary')
        .getByText(`${shown.toLocaleString('en-US')} lines shown`)
        .waitFor();
    }
    expect(await page.getByTestId('line').count()).toBeLessThan(150);
    await context.setOffline(true);
    await page.getByTestId('load-more').click();
    await page.getByRole('alert').getByText('Petrel does not answer').waitFor();
    await page.getByTestId('lines-summary').getByText('2,000 lines shown').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('lines-summary').getByText('2,500 lines shown').waitFor();
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    await expect.poll(() => page.getByTestId('line').count()).toBeGreaterThan(20);
    const before = await page.locator('time').first().textContent();
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByTestId('direction').click();
    await expect.poll(() => parameter('direction')).toBe('forward');
    await expect.poll(() => first().locator('time').textContent()).not.toBe(before);
    const oldest = server.lines[0]?.ms ?? 0;
    const minutes = String(new Date(oldest).getMinutes()).padStart(2, '0');
    await expect.poll(() => first().locator('time').textContent()).toMatch(new RegExp(`:${minutes}:`));
  });

  it('adds fields of a line to the query, wherever they stand', async () => {
    await open('{service="order-service"} |= "refused"');
    await openFirst();
    await page.getByTestId('whole-line').getByText('"stacktrace"').waitFor();
    expect(await first().locator('mark').first().textContent()).toBe('refused');
    await fieldRow('pod').getByTestId('filter-for').click();
    await expect
      .poll(() => parameter('query'))
      .toMatch(/^\{service="order-service", pod="order-service-\d"\} \|= "refused"$/);
    await openFirst();
    const user = await fieldRow('user_id').locator('span').last().textContent();
    await fieldRow('user_id').getByTestId('filter-out').click();
    await expect.poll(() => parameter('query')).toContain(`|= "refused" | json | user_id!="${user}"`);
    const pod = /pod="([^"]+)"/.exec(parameter('query') ?? '')?.[1];
    await expect
      .poll(total)
      .toBe(
        matching(
          (line) =>
            line.stream.pod === pod && line.line.includes('refused') && !line.line.includes(`"user_id":"${user}"`),
        ),
      );
    await openFirst();
    // What the query's parser reads off the line stands there once.
    expect(await fieldRow('user_id').count()).toBe(1);
    await fieldRow('duration').getByTestId('filter-for').click();
    await expect.poll(() => parameter('query')).toMatch(/ \| json \| user_id!="\d+" \| duration="\d+"$/);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => parameter('query')).not.toContain('json');
  });

  it('shows one field as the only column, and several from the side', async () => {
    await open('{service="order-service"} |= "refused"');
    await openFirst();
    await fieldRow('user_id').getByTestId('only-column').click();
    await page.getByTestId('column').getByText('user_id').waitFor();
    expect(await page.getByTestId('cell').nth(3).textContent()).toMatch(/^\d+$/);
    await page.getByTestId('fields').getByLabel('Find a field').fill('duration');
    await page.getByTestId('fields').getByRole('button', { name: 'Show as a column' }).click();
    await expect.poll(() => page.getByTestId('column').count()).toBe(2);
    expect(new URL(page.url()).searchParams.getAll('column')).toEqual(['user_id', 'duration']);
    await page.getByRole('button', { name: 'Remove the column user_id' }).click();
    await expect.poll(() => page.getByTestId('column').count()).toBe(1);
  });

  it('shows statistics of fields, and filters by their values in KQL', async () => {
    await open('level: ERROR', '&language=kql');
    await page.getByTestId('field-duration').click();
    const statistics = page.getByTestId('field-statistics');
    await statistics.getByText(/^avg \d/).waitFor();
    await page.getByTestId('field-fields.http.status').click();
    await expect.poll(() => statistics.getByTestId('top-value').count()).toBe(3);
    const value = await statistics.getByTestId('top-value').first().locator('span').first().textContent();
    await statistics.getByTestId('top-without').first().click();
    await expect.poll(() => parameter('query')).toBe(`level: ERROR and not fields.http.status: "${value}"`);
    await expect
      .poll(total)
      .toBe(matching((line) => line.level === 'error' && !line.line.includes(`"status":"${value}"`)));
  });

  it('zooms by dragging, counts by level, and says when counting ended early', async () => {
    server.behaviour.incomplete = true;
    await open('{service_name=~".+"}');
    await page.getByText('Counting took too long').waitFor();
    expect(await page.getByTestId('level-error').textContent()).toBe(
      `error${matching((line) => line.level === 'error').toLocaleString('en-US')}`,
    );
    const over = page.getByTestId('histogram-chart').locator('.u-over');
    const box = await over.boundingBox();
    if (box === null) throw new Error('the histogram has no size');
    await page.mouse.move(box.x + box.width * 0.6, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    await page.getByTestId('level-error').click();
    await expect.poll(() => parameter('query')).toBe('{service_name=~".+"} | detected_level="error"');
    const [from, to] = [Date.parse(parameter('from') ?? ''), Date.parse(parameter('to') ?? '')];
    await expect.poll(total).toBe(matching((line) => line.level === 'error' && line.ms >= from && line.ms < to));
    const drawn = await page
      .getByTestId('histogram-chart')
      .locator('canvas')
      .evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
          if ((data[i] ?? 0) - (data[i + 2] ?? 0) > 120 && (data[i + 3] ?? 0) > 200) count++;
        return count;
      });
    expect(drawn).toBeGreaterThan(50);
  });

  it('clusters lines into patterns, and leaves one of them out', async () => {
    await open('{service="order-service"}', '&view=patterns');
    const cache = page.getByTestId('pattern').filter({ hasText: 'cache miss for cart' });
    await cache.getByText(matching((line) => line.line.includes('cache miss')).toLocaleString('en-US')).waitFor();
    await cache.getByTestId('pattern-without').click();
    await expect.poll(() => parameter('query')).toBe('{service="order-service"} !> "cache miss for cart <_>"');
    expect(parameter('view')).toBeNull();
    await expect
      .poll(total)
      .toBe(matching((line) => line.stream.service === 'order-service' && !line.line.includes('cache miss')));
  });

  it('follows what comes in, pauses, says what was left out, and ends cleanly', async () => {
    server.behaviour.drop = 7;
    await open('{service="order-service"}', '&view=live');
    await page
      .getByTestId('tail-state')
      .getByText(/^Following: \d+ lines/)
      .waitFor();
    await page.getByTestId('tail-dropped').getByText('7 lines left out').waitFor();
    const newest = await first().textContent();
    await expect.poll(() => first().textContent()).not.toBe(newest);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page
      .getByTestId('tail-state')
      .getByText(/^Paused: [1-9]\d* lines? waiting/)
      .waitFor();
    const held = await first().textContent();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => first().textContent()).not.toBe(held);
    expect(server.tails()).toBe(1);
    server.hangUp();
    await page.getByTestId('tail-state').getByText('The connection was lost').waitFor();
    const lost = await first().textContent();
    await page
      .getByTestId('tail-state')
      .getByText(/^Following/)
      .waitFor();
    await expect.poll(() => first().textContent()).not.toBe(lost);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByTestId('histogram').waitFor();
    await expect.poll(() => server.tails()).toBe(0);
    await open('{service="order-service"} | | json', '&view=live');
    await page.getByRole('alert').getByText('parse error').waitFor();
  });

  it('shows the lines around one, of the same stream', async () => {
    await open('{service="order-service"} |= "refused"');
    await openFirst();
    await page.getByTestId('show-context').click();
    const lines = page.getByTestId('context-line');
    await expect.poll(() => lines.count()).toBeGreaterThan(20);
    expect(await page.locator('[data-testid="context-line"][data-own="true"]').textContent()).toContain('refused');
    expect(await lines.filter({ hasNotText: 'refused' }).count()).toBeGreaterThan(5);
    await page.getByRole('button', { name: 'Earlier lines' }).click();
    await expect.poll(() => lines.count()).toBeGreaterThan(60);
    await page.keyboard.press('Escape');
    await page.getByTestId('context').waitFor({ state: 'detached' });
  });

  it('leads to the trace, and a copied link leads to the line', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('{service="order-service"} |= "trace_id"', '&direction=forward');
    await page.getByTestId('line').nth(8).getByRole('button').first().click();
    const details = page.getByTestId('line-details');
    const trace = await details.getByTestId('trace-link').getAttribute('href');
    expect(trace).toMatch(/^\/explore\/traces\/[0-9a-f]{32}$/);
    const whole = await page.getByTestId('whole-line').textContent();
    await details.getByText('Copy link').click();
    await details.getByText('Copied').waitFor();
    await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
    await details.waitFor();
    expect(await page.getByTestId('whole-line').textContent()).toBe(whole);
  });

  it('graphs a metric query, and shows its numbers', async () => {
    await open('sum by (service_name) (count_over_time({env="production"}[2h]))');
    await page.getByTestId('chart').locator('canvas').waitFor();
    await page.getByTestId('legend').getByText('{service_name="auth"}').waitFor();
    await page.getByTestId('view-table').click();
    const row = page.getByTestId('result-table').locator('tr').filter({ hasText: 'gateway' });
    expect(await row.locator('td').last().textContent()).toBe(
      String(matching((line) => line.stream.service === 'gateway')),
    );
  });

  it('underlines a mistake where it is, shows the server’s words, and goes back to what worked', async () => {
    await open('{service="auth"}');
    await first().waitFor();
    await page.locator('.cm-content').click();
    await page.keyboard.press('End');
    await page.keyboard.insertText(' | json | | x');
    await page.keyboard.press('Escape');
    await page.getByTestId('run').click();
    await page.getByRole('alert').getByText('parse error at line 1').waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
    await page.locator('.cm-lintRange-error').waitFor({ state: 'attached' });
    await page.goBack();
    await first().waitFor();
    expect(await page.locator('.cm-content').textContent()).toBe('{service="auth"}');
  });

  it('says what it does while somebody waits, and lets go when told to', async () => {
    server.behaviour.delayMs = 4000;
    const before = server.cancelled();
    await open('{service="auth"}');
    await page.getByText('Looking for lines…').waitFor();
    await page.getByTestId('cancel').click();
    await page.getByTestId('stopped').first().waitFor();
    await expect.poll(() => server.cancelled()).toBeGreaterThan(before);
    server.behaviour.delayMs = 0;
    await page.getByTestId('run').click();
    await first().waitFor();
  });

  it('offers a longer time when there is nothing, and says when the server is away', async () => {
    await open('{service="nobody"}');
    await page.getByTestId('empty').getByText('No lines match in this time').waitFor();
    await page.getByTestId('widen').click();
    await expect.poll(() => Date.parse(parameter('to') ?? '') - Date.parse(parameter('from') ?? '')).toBe(86_400_000);
    await context.setOffline(true);
    await page.getByTestId('run').click();
    await page.getByRole('alert').getByText('Petrel does not answer').first().waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByTestId('empty').waitFor();
  });

  it('speaks Chinese and fits on a telephone, in every view', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open('{service_name=~".+"}');
    await first().waitFor();
    await page.getByText('中文', { exact: true }).click();
    await page.getByText('日志行', { exact: true }).waitFor();
    const fits = async () =>
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await fits();
    await openFirst();
    await fits();
    await page.getByTestId('toggle-fields').click();
    await page.getByTestId('field-duration').click();
    await fits();
    for (const view of ['patterns', 'live', 'lines']) {
      await page.getByTestId(`view-${view}`).click();
      await page
        .getByTestId({ patterns: 'pattern', live: 'tail-state', lines: 'line' }[view] ?? '')
        .first()
        .waitFor();
      await fits();
    }
  });
});
