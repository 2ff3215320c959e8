// npm run pictures: docs/images, from a host with the example plugins that is asked while Chromium looks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, openChromium } from './chromium.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const { Host, defineService, fn, implement, i64 } = await import('../dist/index.js');
const { serveInspector } = await import('../dist/cli/serve/inspect.js');
const { askInspector } = await import('../dist/cli/serve/ask.js');
const { renderTop } = await import('../dist/cli/render/top.js');
const { coloursFor } = await import('../dist/cli/render/colours.js');

const found = chromium();
const browser = found && (await openChromium(found));
if (!browser) {
  console.error("Debian's Chromium can't be had here.");
  process.exit(2);
}
const plugin = (name) => `./example-plugins/${name}`;
const host = await Host.open({
  observe: true,
  announce: false,
  log: () => {},
  parser: 'pg_query',
  services: [implement(defineService('shop.clock', '1.0', { now: fn({}, i64) }), { now: () => 0 })],
  plugins: [
    {
      name: plugin('c-query-firewall/build/libquery_firewall.so'),
      config: { deny: ['drop table'], log: false },
    },
    plugin('c-require-where/build/librequire_where.so'),
    {
      name: plugin('c-primary-only-tables/build/libprimary_only_tables.so'),
      config: { tables: ['accounts'] },
    },
    plugin('c-read-splitter/build/libread_splitter.so'),
    { name: plugin('c-load/build/libmachine_load.so'), config: { interval: 1 } },
    './plugins/libtenant_router.so',
  ],
});
const current = { host };
const page = await serveInspector({ host: '127.0.0.1', port: 0 }, current);
const texts = [
  'SELECT 1',
  'SELECT * FROM orders WHERE id = $1',
  'UPDATE orders SET sum = 0',
  'DROP TABLE orders',
];
const asking = setInterval(() => {
  const many = 300 + Math.round(200 * Math.sin(Date.now() / 3000) + Math.random() * 100);
  for (let i = 0; i < many; i++) host.route({ sql: texts[i % texts.length], shards: 4 });
}, 20);
await new Promise((resolve) => setTimeout(resolve, 12_000));

const images = join(root, 'docs/images');
mkdirSync(images, { recursive: true });
const url = `http://127.0.0.1:${page.address.port}/`;
for (const [name, options] of Object.entries({
  'inspect-light': { width: 1000, height: 940, scheme: 'light' },
  'inspect-dark': { width: 1000, height: 940, scheme: 'dark' },
  'inspect-narrow': { width: 400, height: 940, scheme: 'light' },
})) {
  const view = await browser.page({ ...options, scale: 2 });
  await view.goto(url);
  // Where this clone lies is nobody's business.
  await view.evaluate(
    `for (const one of document.querySelectorAll('dd')) one.textContent = one.textContent.replace(${JSON.stringify(root)}, '/srv/shop');
     document.getElementById('plugin-1').open = true`,
  );
  writeFileSync(join(images, `${name}.png`), await view.picture());
  await view.close();
}

const inspected = await askInspector(page.address);
const text = renderTop(
  { ...inspected, pid: 4242 },
  { columns: 110, lines: 24, colours: coloursFor(true, { FORCE_COLOR: '1' }) },
);
const styles = { 1: 'font-weight:600', 2: 'opacity:.6', 31: 'color:#ff8a80', 32: 'color:#5fcf95' };
const spans = text
  .replace(/[&<]/g, (one) => ({ '&': '&amp;', '<': '&lt;' })[one])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal
  .replace(/\x1b\[(\d+)m/g, (_, code) => (styles[code] ? `<span style="${styles[code]}">` : '</span>'));
const terminal = await browser.page({ width: 1000, height: 320, scale: 2 });
await terminal.goto('about:blank');
await terminal.evaluate(
  `document.body.innerHTML = ${JSON.stringify(`<pre style="margin:0;padding:20px;height:280px;background:#161514;color:#ebe8e2;font:14px/1.45 monospace">${spans}</pre>`)}; document.body.style.margin = 0`,
);
writeFileSync(join(images, 'top.png'), await terminal.picture());
clearInterval(asking);
await browser.close();
page.close();
await host.close();
console.log('docs/images: inspect-light.png, inspect-dark.png, inspect-narrow.png, top.png');
