/** The page of `mortise run --inspect`: one document, which needs nothing else. */
import type { HostSnapshot } from '../../host/observe/snapshot.js';
import { count } from '../render/text.js';
import type { History } from '../serve/history.js';
import { renderServices } from './graph.js';
import { Html, html } from './html.js';
import { renderPlugins } from './plugins.js';
import { script } from './script.js';
import { style } from './style.js';

/**
 * @param nonce what the policy of the answer lets in
 * @param path all; or `/plugins/INDEX` or `/services`, which a large page asks for when they are opened
 * @returns undefined: there is no such page
 */
export function renderPage(
  snapshot: HostSnapshot,
  history: History,
  nonce: string,
  path = '/',
): string | undefined {
  const parts = partsOf(snapshot, history, path);
  return parts && document(snapshot, parts, { nonce, isPart: path !== '/' });
}

function partsOf(snapshot: HostSnapshot, history: History, path: string): Html | undefined {
  const { plugins } = snapshot;
  const only = /^\/plugins\/(\d{1,6})$/.exec(path)?.[1];
  if (path === '/services')
    return html`<h2>Services</h2><div class="card">${renderServices(snapshot, true)}</div>`;
  if (only !== undefined) {
    if (!plugins[Number(only)]) return undefined;
    return html`<h2>Plugin</h2><div class="card">${renderPlugins(snapshot, history, Number(only))}</div>`;
  }
  if (path !== '/') return undefined;
  return html`<h2>Plugins</h2>
<div class="card">${plugins.length > 0 ? renderPlugins(snapshot, history) : html`<p class="inside dim">The configuration names no plugins.</p>`}</div>
<h2>Services</h2>
<div class="card">${renderServices(snapshot)}</div>
${collecting(snapshot)}`;
}

function document(
  snapshot: HostSnapshot,
  parts: Html,
  { nonce, isPart }: { nonce: string; isPart: boolean },
): string {
  const { plugins, version, pid } = snapshot;
  const missing = plugins.filter(({ state }) => state !== 'ready').length;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${missing > 0 ? `${missing} not ready – ` : ''}mortise</title>
<style nonce="${nonce}">${new Html(style)}</style>
</head>
<body>
<main>
<header><h1>${isPart ? html`<a href="/">mortise</a>` : 'mortise'}</h1><span class="dim">${version} · pid ${pid}</span><span>${count(plugins.length - missing, 'plugin')} ready${missing > 0 && html`, <span class="bad">${missing} not ready</span>`}</span><span id="live" class="warn" role="status"></span></header>
${parts}
</main>
<script nonce="${nonce}">${new Html(script)}</script>
</body>
</html>
`;
  return page.text;
}

function collecting({ readers, writers }: HostSnapshot): Html | string {
  if (readers.length + writers.length === 0) return '';
  const table = (head: string[], rows: (string | number)[][]) =>
    rows.length > 0 &&
    html`<div class="card scroll-x"><table><thead><tr>${head.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((one) => html`<td>${one}</td>`)}</tr>`)}</tbody></table></div>`;
  return html`<h2>Collecting</h2>
${table(
  ['reader', 'every', 'runs', 'failures', 'late'],
  readers.map(({ name, interval, runs, failures, latenessMs }) => [
    name,
    `${interval} s`,
    runs,
    failures,
    `${latenessMs.toFixed(1)} ms`,
  ]),
)}
${table(
  ['writer', 'written', 'waiting', 'dropped', 'failed'],
  writers.map(({ name, written, waiting, dropped, failed }) => [name, written, waiting, dropped, failed]),
)}`;
}
