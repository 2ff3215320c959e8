// npm run bench -- programs: a host that finds, checks and lists 200 bundles, each time in a process of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCleartextMessage, generateKey, sign } from 'openpgp';
import { median } from './samples.mjs';

const bundles = 200;
const filesEach = 20;
const fileBytes = 20_000;
const rounds = 7;

const work = mkdtempSync(join(tmpdir(), 'mortise-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
// Grafana's own key is on P-521; what openpgp and gpg make today is Ed25519.
const kinds = {
  Ed25519: { type: 'ecc', curve: 'ed25519Legacy' },
  'P-521': { type: 'ecc', curve: 'nistP521' },
};
const trust = (kind) => join(work, `${kind}.asc`);
for (const [kind, key] of Object.entries(kinds)) await makeBundles(kind, key);

const subjects = {
  'none, to compare with': {},
  'core, nothing signed': { core: [join(work, 'Ed25519')] },
  'each signed, Ed25519': { external: [join(work, 'Ed25519')], trust: [trust('Ed25519')] },
  'each signed, P-521': { external: [join(work, 'P-521')], trust: [trust('P-521')] },
};
const taken = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, sources] of Object.entries(subjects)) taken[name].push(open(name, sources));
}
const rows = Object.entries(taken).map(([name, times]) => ({
  name,
  ms: Math.round(median(times.map(({ ms }) => ms))),
  cpu: Math.round(median(times.map(({ cpu }) => cpu))),
  worst: Math.round(Math.max(...times.map(({ ms }) => ms))),
}));
if (process.argv.includes('--json')) console.log(JSON.stringify({ bundles, filesEach, fileBytes, rows }));
else {
  console.log(`\n${bundles} bundles of ${filesEach} files of ${fileBytes / 1000} kB: found, checked, listed`);
  for (const { name, ms, cpu, worst } of rows) {
    const time = `${String(ms).padStart(5)} ms, ${String(cpu).padStart(4)} ms of processor time`;
    console.log(`  ${name.padEnd(24)} ${time}  (at most ${worst} ms, of ${rounds})`);
  }
}

/** Milliseconds, and those of the processor, from the call of Host.open to the list as plain data. */
function open(name, sources) {
  const expected = name.startsWith('none') ? 0 : bundles;
  const program = `
    const { Host } = await import('mortise');
    const [start, before] = [performance.now(), process.cpuUsage()];
    const host = await Host.open({ sources: ${JSON.stringify(sources)}, signals: false });
    const listed = host.plugins.toJSON().filter(({ state }) => state === 'ready');
    if (listed.length !== ${expected}) throw new Error(listed.length + ' are ready');
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ ms: performance.now() - start, cpu: (user + system) / 1000 }));
    await host.close();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function makeBundles(kind, key) {
  const userIDs = [{ name: 'Bench', email: 'bench@example.com' }];
  const { privateKey, publicKey } = await generateKey({ ...key, userIDs, format: 'object' });
  writeFileSync(trust(kind), publicKey.armor());
  for (let index = 0; index < bundles; index++) {
    const id = `bench-${String(index).padStart(3, '0')}-datasource`;
    const directory = join(work, kind, id);
    mkdirSync(join(directory, 'img'), { recursive: true });
    const json = { id, type: 'datasource', name: id, info: { version: '1.0.0' } };
    const contents = { 'plugin.json': JSON.stringify(json, null, 2) };
    for (let file = 1; file < filesEach; file++) {
      contents[file % 2 ? `${file}.js` : `img/${file}.svg`] = Buffer.alloc(fileBytes, `${index} ${file} `);
    }
    const files = {};
    for (const [name, content] of Object.entries(contents)) {
      writeFileSync(join(directory, name), content);
      files[name] = createHash('sha256').update(content).digest('hex');
    }
    const manifest = {
      ...{
        manifestVersion: '2.0.0',
        signatureType: 'community',
        signedByOrg: 'bench',
        signedByOrgName: 'Bench',
      },
      ...{ plugin: id, version: '1.0.0', time: Date.now(), keyId: privateKey.getKeyID().toHex(), files },
    };
    const message = await createCleartextMessage({ text: JSON.stringify(manifest, null, 2) });
    writeFileSync(join(directory, 'MANIFEST.txt'), await sign({ message, signingKeys: privateKey }));
  }
}
