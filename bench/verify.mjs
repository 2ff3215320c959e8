// npm run bench -- verify: 500 of the system's libraries in one call of mortise verify.
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, showProgress } from './samples.mjs';

const folders = ['/usr/lib', '/lib', '/usr/local/lib', '/opt'];
const most = 500;
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const libraries = new Set();
for (const folder of folders) {
  let names = [];
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    continue; // not on this machine
  }
  for (const entry of names) {
    if (libraries.size < most && entry.isFile() && /\.so(\.\d+)*$/.test(entry.name)) {
      libraries.add(realpathSync(join(entry.parentPath ?? entry.path, entry.name)));
    }
  }
}

// The child says what it took: only the process itself knows its largest size.
const hook = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\nrss '+process.resourceUsage().maxRSS))`;
const rounds = 5;
const progress = showProgress('verify');
const times = [];
const sizes = [];
for (let round = 0; round < rounds; round++) {
  progress(round, rounds);
  const start = process.hrtime.bigint();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', hook, cli, 'verify', '--json', ...libraries],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  times.push(Number(process.hrtime.bigint() - start) / 1e9);
  sizes.push(Number(/rss (\d+)/.exec(stderr)?.[1]) / 1024);
  const { summary } = JSON.parse(stdout);
  if (summary.plugins !== libraries.size)
    throw new Error(`only ${summary.plugins} of ${libraries.size} were verified`);
}
const seconds = Number(median(times).toFixed(2));
const megabytes = Math.round(median(sizes));
const targets = [
  { name: 'seconds', limit: 5, found: seconds, reached: seconds < 5 },
  { name: 'MB', limit: 200, found: megabytes, reached: megabytes < 200 },
];
if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ schema: 1, bench: 'verify', libraries: libraries.size, targets }));
} else {
  console.log(`mortise verify on ${libraries.size} libraries, median of ${rounds}\n`);
  for (const { name, limit, found, reached } of targets) {
    console.log(`${reached ? 'ok  ' : 'MISS'}  ${String(found).padStart(6)} ${name}  (under ${limit})`);
  }
}
