// npm run stress -- workers [COUNT]: the suite's stress at any size, on what npm run build made. 2,000 unless said.
// npm run stress -- memory [COUNT]: what COUNT hosts, opened and closed, leave behind. 1,000 unless said.
// npm run stress -- programs [COUNT]: kills a go-plugin program COUNT times in mid-call. 1,000 unless said.
// npm run stress -- router [MINUTES]: mixed load on examples/pg-router. 10 unless said; needs a PostgreSQL server.
// npm run stress -- reloads [COUNT]: reads a configuration again COUNT times while its plugins read and write. 100 unless said.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const usual = { workers: 2000, memory: 1000, programs: 1000, router: 10, reloads: 100 };
const [name, size = usual[name]] = process.argv.slice(2);
const count = Number(size);
const isValid = name === 'router' ? count > 0 && count <= 1440 : Number.isInteger(count) && count >= 10;
if (!(name in usual) || !isValid) {
  console.error(
    'usage: npm run stress -- workers|memory|programs|reloads [COUNT]\n       npm run stress -- router [MINUTES]',
  );
  console.error('COUNT is at least 10.');
  process.exit(2);
}
if (name === 'router') {
  // Its servers are its own to stop, also on Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const child = spawn(process.execPath, [join(root, 'test/stress/router/main.mjs'), size], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exit(code ?? 1);
}

const directory = mkdtempSync(join(tmpdir(), 'mortise-stress-'));
const copies = join(directory, 'copies');
mkdirSync(copies);
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const { buildPlugin, buildTalker } = await import('../test/stress/plugin.mjs');
const run = (mode, many) =>
  spawnSync(process.execPath, [join(root, 'test/stress/stress.mjs'), mode, String(many), plugin, copies], {
    encoding: 'utf8',
  });

let failed = 0;
function show(what, { status, signal, stdout, stderr }) {
  const isWrong = status !== 0 || (stdout !== '' && !stdout.includes('"errors":{}'));
  if (isWrong) failed++;
  console.log(`${isWrong ? 'FAIL' : 'ok'}  ${what}  ${signal ?? status}  ${stdout.trim()}`);
  if (isWrong) console.log(stderr.slice(-2000));
}

if (name === 'programs') {
  const where = spawnSync(process.execPath, ['scripts/go-plugins.mjs', '--where'], {
    cwd: root,
    encoding: 'utf8',
  });
  const path = JSON.parse(where.stdout)['key-value'];
  if (!path) {
    console.error('There is no program to kill: npm run go-plugins -- key-value');
    process.exit(2);
  }
  // Without compilers, whose code is most of what a heap grows by: what is left is what the host keeps.
  const flags = ['--expose-gc', '--no-opt', '--no-sparkplug', '--no-maglev', '--no-flush-bytecode'];
  const args = [...flags, 'test/stress/programs.mjs', String(count), path];
  show(
    `a program is killed ${count} times`,
    spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' }),
  );
  process.exit(failed === 0 ? 0 : 1);
}
if (name === 'reloads') {
  const { buildCollectd, buildCounted } = await import('../test/stress/reloads/build.mjs');
  const { debianPackages } = await import('./debian.mjs');
  const main = join(root, 'test/stress/reloads/main.mjs');
  const reload = (what, ...more) =>
    show(what, spawnSync(process.execPath, [main, String(count), ...more], { encoding: 'utf8' }));
  reload(`a mortise.toml is read again ${count} times`, directory, '--plugin', buildCounted(directory));
  const packages = debianPackages(['collectd-core', 'collectd-dev']);
  if (packages)
    reload(
      `a collectd.conf is read again ${count} times`,
      directory,
      '--conf',
      buildCollectd(directory, packages),
    );
  else console.log("skipped  a collectd.conf: Debian's collectd-core and collectd-dev can't be had here");
  process.exit(failed === 0 ? 0 : 1);
}
if (name === 'memory') {
  const script = join(root, 'test/stress/memory.mjs');
  const args = ['--expose-gc', script, String(count), buildTalker(directory), copies];
  show(`${count} hosts are opened and closed`, spawnSync(process.execPath, args, { encoding: 'utf8' }));
  process.exit(failed === 0 ? 0 : 1);
}
const plugin = buildPlugin(directory);
show(`${count} workers that open hosts are terminated`, run('ends', count));
show(`${count / 2} workers serve six functions each`, run('serves', Math.ceil(count / 2)));
const ends = Array.from({ length: Math.ceil(count / 10) }, () => run('exits', 1));
const bad = ends.filter(({ status }) => status !== 0);
show(`${ends.length} processes exit while a worker opens hosts`, bad[0] ?? ends[0]);
process.exit(failed === 0 ? 0 : 1);
