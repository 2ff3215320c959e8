// npm run bench -- page: how long the page of mortise run --inspect takes with 200 plugins and 500 services: to be made,
// and in Debian's Chromium from the request to its load event.
import { createServer } from 'node:http';
import { renderPage } from '../dist/cli/page/page.js';
import { History } from '../dist/cli/serve/history.js';
import { chromium, openChromium } from '../scripts/chromium.mjs';
import { large } from './large-snapshot.mjs';
import { median } from './samples.mjs';

const limit = 100;
const times = 15;
const history = new History(() => large);
const rendering = Array.from({ length: times }, () => {
  const start = performance.now();
  renderPage(large, history, 'n');
  return performance.now() - start;
});
const found = chromium();
const browser = found && (await openChromium(found));
const loading = [];
if (browser) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(renderPage(large, history, 'n'));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const page = await browser.page();
  for (let i = 0; i < times; i++) {
    await page.goto(`http://127.0.0.1:${server.address().port}/?${i}`);
    const timing = "performance.getEntriesByType('navigation')[0]";
    loading.push(await page.evaluate(`${timing}.loadEventStart - ${timing}.requestStart`));
  }
  await page.close();
  await browser.close();
  server.closeAllConnections();
  server.close();
}
history.close();
const bytes = Buffer.byteLength(renderPage(large, history, 'n'));
const shown = (all) => ({
  median: Number(median(all).toFixed(1)),
  least: Number(Math.min(...all).toFixed(1)),
  most: Number(Math.max(...all).toFixed(1)),
});
const rows = { rendering: shown(rendering), ...(browser && { loading: shown(loading) }) };
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ schema: 1, bench: 'page', bytes, rows, limit }));
} else {
  console.log(`200 plugins, 500 services, ${bytes.toLocaleString('en')} bytes; ms, of ${times}\n`);
  for (const [name, { median, least, most }] of Object.entries(rows))
    console.log(
      `${name.padEnd(10)} ${String(median).padStart(7)}  (${least} – ${most})${name === 'loading' ? `  ${median <= limit ? 'ok' : 'MISS'} (at most ${limit})` : ''}`,
    );
  if (!browser) console.log("loading: Debian's Chromium can't be had here");
}
