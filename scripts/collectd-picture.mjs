// npm run collectd -- picture: docs/live-table.svg, the table of mortise collect as a terminal of 80 columns shows it,
// with readers of Debian's collectd-core.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [columns, lines] = [80, 24];
const [width, height] = [8, 18]; // of a character
const readers = ['cpu', 'load', 'memory', 'swap', 'uptime', 'users'];

/** @param {string} usr the unpacked package's */
export function takePicture(usr) {
  const work = mkdtempSync(join(tmpdir(), 'mortise-picture-'));
  const conf = join(work, 'collectd.conf');
  writeFileSync(
    conf,
    [
      'Hostname "web1"',
      'Interval 1',
      `PluginDir "${usr}/lib/collectd"`,
      `TypesDB "${usr}/share/collectd/types.db"`,
      ...[...readers, 'csv'].map((name) => `LoadPlugin ${name}`),
      `<Plugin cpu>\nReportByCpu false\n</Plugin>\n<Plugin csv>\nDataDir "${work}"\n</Plugin>\n`,
    ].join('\n'),
  );
  const command = `stty cols ${columns} rows ${lines}; exec "${process.execPath}" dist/cli.js collect -c "${conf}" --for 6s`;
  try {
    const text = execFileSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined },
    });
    // Each drawing begins with what erases the last one.
    const last = text.split('\x1b[0J').at(-1).replaceAll('\r', '').trimEnd();
    writeFileSync('docs/live-table.svg', svgOf(last.split('\n')));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function svgOf(rows) {
  const [w, h] = [columns * width + 32, rows.length * height + 32];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="The table of mortise collect">
<style>text { font: 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d0d7de; white-space: pre } .bold { font-weight: bold; fill: #ffffff } .dim { fill: #8b949e } .red { fill: #ff7b72 }</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${rows.map((row, index) => textOf(row, 16 + (index + 1) * height - 5)).join('')}</svg>
`;
}

/** Each run of one style at its own place, so that columns stand in line whatever the font. */
function textOf(row, y) {
  let [at, style, all] = [0, '', ''];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  for (const [, code, text] of row.matchAll(/\x1b\[(\d*)m|([^\x1b ]+(?: [^\x1b ]+)*| +)/g)) {
    if (text === undefined) {
      style = { 1: 'bold', 2: 'dim', 31: 'red' }[code] ?? '';
      continue;
    }
    const content = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const length = `textLength="${text.length * width}" lengthAdjust="spacingAndGlyphs"`;
    const place = `x="${16 + at * width}" y="${y}" ${length}`;
    if (text.trim()) all += `<text ${place}${style && ` class="${style}"`}>${content}</text>\n`;
    at += text.length;
  }
  return all;
}
