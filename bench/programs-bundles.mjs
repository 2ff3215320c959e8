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
const trust = join(work, 'key.asc');
await makeBundles();

const subjects = {
  'none, to compare with': {},
  'core, nothing signed': { core: [join(work, 'all')] },
  'external, each signed': { external: [join(work, 'all')], trust: [trust] },
};
const taken = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, sources] of Object.entries(subjects)) taken[name].push(open(name, sources));
}
const rows = Object.entries(taken).map(([name, times]) => ({
  name,
  ms: Math.round(median(times)),
  worst: Math.round(Math.max(...times)),
}));
if (process.argv.includes('--json')) console.log(JSON.stringify({ bundles, filesEach, fileBytes, rows }));
else {
  console.log(`\n${bundles} bundles of ${filesEach} files of ${fileBytes / 1000} kB: found, checked, listed`);
  for (const { name, ms, worst } of rows) {
    console.log(`  ${name.padEnd(24)} ${String(ms).padStart(5)} ms  (at most ${worst} ms, of ${rounds})`);
  }
}

/** Milliseconds from the call of Host.open to the list as plain data. */
function open(name, sources) {
  const expected = name.startsWith('none') ? 0 : bundles;
  const program = `
    const { Host } = await import('mortise');
    const start = performance.now();
    const host = await Host.open({ sources: ${JSON.stringify(sources)}, signals: false });
    const listed = host.plugins.toJSON().filter(({ state }) => state === 'ready');
    if (listed.length !== ${expected}) throw new Error(listed.length + ' are ready');
    console.log(performance.now() - start);
    await host.close();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

async function makeBundles() {
  const userIDs = [{ name: 'Bench', email: 'bench@example.com' }];
  // As Grafana's own key: on P-521.
  const { privateKey, publicKey } = await generateKey({
    ...{ type: 'ecc', curve: 'nistP521', userIDs, format: 'object' },
  });
  writeFileSync(trust, publicKey.armor());
  for (let index = 0; index < bundles; index++) {
    const id = `bench-${String(index).padStart(3, '0')}-datasource`;
    const directory = join(work, 'all', id);
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
