/** The page of `mortise run --inspect` in a real browser, with 200 plugins and 500 services. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { large } from '../../bench/large-snapshot.mjs';
import { type Browser, chromium, openChromium } from '../../scripts/chromium.mjs';
import { renderPage } from '../../src/cli/page/page.js';
import { History } from '../../src/cli/serve/history.js';
import { serveInspector } from '../../src/cli/serve/inspect.js';
import { good, open } from '../host/open.js';

const found = chromium();
const reason = found ? '' : " (skipped: Debian's Chromium can't be had here)";

describe.skipIf(!found)(`in Chromium${reason}`, () => {
  let browser: Browser | undefined;
  let server: Server;
  let url = '';
  beforeAll(async () => {
    browser = await openChromium(found as NonNullable<typeof found>);
    const history = new History(() => large);
    server = createServer(({ url = '/' }, response) => {
      response.writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy':
          "default-src 'none'; style-src 'nonce-n'; script-src 'nonce-n'; connect-src 'self'",
      });
      response.end(renderPage(large, history, 'n', url));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });
  const page = async (options: Parameters<Browser['page']>[0] = {}) => {
    const made = await (browser as Browser).page(options);
    onTestFinished(() => made.close());
    await made.goto(url);
    return made;
  };

  it('shows every plugin, and asks for nothing else', async () => {
    const { evaluate, errors, requests } = await page();
    expect(await evaluate("document.querySelectorAll('.plugin').length")).toBe(200);
    expect(await evaluate("document.querySelector('header').innerText")).toContain(
      '196 plugins ready, 4 not ready',
    );
    // The browser itself asks for an icon.
    expect(requests.filter((one) => one !== url && !one.endsWith('/favicon.ico'))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('opens all that is known of a plugin, as text', async () => {
    const { evaluate } = await page();
    expect(await evaluate("document.querySelectorAll('.problem').length")).toBe(0);
    await evaluate("document.querySelector('#plugin-7 summary').click()");
    await expect.poll(() => evaluate("document.querySelectorAll('#plugin-7 .problem').length")).toBe(1);
    expect(await evaluate("document.querySelector('.problem').innerText")).toContain('<b>no</b> such file');
    expect(await evaluate("document.querySelectorAll('#plugin-7 .histogram').length")).toBe(1);
  });

  it('opens the graph of 500 services when it is asked to', async () => {
    const { evaluate } = await page();
    expect(await evaluate("document.getElementById('graph').open")).toBe(false);
    await evaluate("document.querySelector('#graph summary').click()");
    await expect
      .poll(() => evaluate("document.querySelectorAll('.graph').length"), { timeout: 30_000 })
      .toBe(1);
    expect(await evaluate("document.querySelectorAll('.graph .service').length")).toBe(500);
    expect(await evaluate("document.querySelectorAll('.edges path').length")).toBe(1500);
  });

  it('fits 400 px, opened too', async () => {
    const { evaluate } = await page({ width: 400 });
    await evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await expect
      .poll(() => evaluate("document.querySelectorAll('.leases').length"), { timeout: 30_000 })
      .toBe(1);
    await expect
      .poll(() => evaluate("document.querySelectorAll('.call').length"), { timeout: 30_000 })
      .toBeGreaterThan(2);
    expect(await evaluate('document.documentElement.scrollWidth')).toBe(400);
    expect(await evaluate("getComputedStyle(document.querySelector('.leases')).display")).toBe('block');
  });

  it('is dark where the reader’s system is, and readable in both', async () => {
    const brightness = `(() => {
      const of = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const style = getComputedStyle(document.body);
      return [of(style.backgroundColor), of(style.color)];
    })()`;
    const [ground, ink] = (await (await page({ scheme: 'dark' })).evaluate(brightness)) as [number, number];
    expect(ground).toBeLessThan(50);
    expect(ink).toBeGreaterThan(200);
    const [lightGround, lightInk] = (await (await page()).evaluate(brightness)) as [number, number];
    expect(lightGround).toBeGreaterThan(230);
    expect(lightInk).toBeLessThan(60);
  });

  it('works with the keyboard', async () => {
    const { evaluate, press } = await page();
    await press('Tab');
    expect(await evaluate("document.activeElement.closest('details')?.id")).toBe('plugin-0');
    await press('Enter');
    expect(await evaluate("document.getElementById('plugin-0').open")).toBe(true);
    // Until then it holds a link.
    await expect
      .poll(() => evaluate("document.querySelectorAll('#plugin-0 .call').length"), { timeout: 30_000 })
      .toBe(2);
    await press('Tab');
    expect(await evaluate("document.activeElement.closest('details')?.id")).toBe('plugin-1');
  });

  it('keeps what is open and where the keyboard is when it brings itself up to date', async () => {
    const { evaluate, press } = await page();
    await evaluate('window.before = document.querySelector("main")');
    await press('Tab');
    await press('Enter');
    await expect
      .poll(() => evaluate('document.querySelector("main") !== window.before'), { timeout: 30_000 })
      .toBe(true);
    expect(await evaluate("document.getElementById('plugin-0').open")).toBe(true);
    expect(await evaluate("document.activeElement.closest('details')?.id")).toBe('plugin-0');
  });

  it('shows a host as it is, under its own policy', async () => {
    const host = await open({ observe: true, plugins: [good()] });
    const served = await serveInspector({ host: '127.0.0.1', port: 0 }, { host });
    onTestFinished(() => served.close());
    for (let i = 0; i < 1000; i++) host.route({ sql: 'SELECT 1', shards: 4 });
    const made = await (browser as Browser).page();
    onTestFinished(() => made.close());
    await made.goto(`http://127.0.0.1:${served.address.port}/`);
    await made.evaluate("document.getElementById('plugin-0').open = true");
    expect(await made.evaluate("document.querySelector('.call').innerText")).toMatch(
      /module_route\s+1,000 calls/,
    );
    expect(await made.evaluate("document.querySelectorAll('.histogram rect').length")).toBeGreaterThan(0);
    expect(made.errors).toEqual([]);
  });
});

it('is small', () => {
  const history = new History(() => large);
  onTestFinished(() => history.close());
  expect(renderPage(large, history, 'n')?.length).toBeLessThan(200_000);
  expect(renderPage(large, history, 'n', '/plugins/7')?.length).toBeLessThan(30_000);
  for (const path of ['/plugins/200', '/plugins/x', '/plugins/-1', '/nothing'])
    expect(renderPage(large, history, 'n', path)).toBeUndefined();
});
