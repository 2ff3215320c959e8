// npm run fuzz -- verdict [--mutations N] [--seed S] [--at I] [--libraries all|none|N] [--save FOLDER] [--json]
// Compares what verify says of a file with what the system's loader does with it: first every library of this
// machine, and those that all its compilers and linkers build, then N libraries with a few damaged fields. Mutation
// I of a seed is always the same file, where the same tools build the same libraries. Compilers and linkers that
// the machine lacks come from Debian, into the user's cache; what can't be had is named at the end.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildCross } from './build-cross.mjs';
import { buildOdd } from './build-odd.mjs';
import { librariesAtHand } from './corpus.mjs';
import { tablesOf } from './elf.mjs';
import { compare, judge, judgeAsData } from './judge.mjs';
import { mutate, randomFrom } from './mutate.mjs';
import { Prober } from './probing.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: {
    mutations: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    at: { type: 'string' },
    libraries: { type: 'string', default: 'all' },
    save: { type: 'string', default: join(root, 'build/fuzz/disagreements') },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const mutations = values.at === undefined ? Number(values.mutations) : 1;
/** Larger ones say nothing that smaller ones don't. */
const largest = 256 * 1024;
const batch = 64;

const kinds = new Map();
const disagreements = [];
/** Tools that libraries would have been built with. */
const lacking = [];
/** How many libraries each compiler and linker built. */
const builtBy = {};
const prober = new Prober();
const folder = mkdtempSync(join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), 'mortise-fuzz-'));

try {
  const { built: odd, toolchains, missing } = await buildOdd();
  lacking.push(...missing);
  Object.assign(builtBy, toolchains);
  const libraries = librariesAtHand();
  if (values.at === undefined) {
    await checkLibraries([...odd, ...chosen(libraries)]);
    checkCross();
  }
  await checkMutations([...odd, ...chosen(libraries, 200)].filter((path) => statSync(path).size <= largest));
} finally {
  prober.close();
  rmSync(folder, { recursive: true, force: true });
}
print();
process.exitCode = disagreements.length > 0 ? 1 : 0;

/** As many as were asked for, spread over all. */
function chosen(libraries, most = values.libraries === 'all' ? Infinity : Number(values.libraries) || 0) {
  if (libraries.length <= most) return libraries;
  const random = randomFrom(seed);
  return libraries.filter(() => random() < most / libraries.length);
}

async function checkLibraries(libraries) {
  for (let start = 0; start < libraries.length; start += batch) {
    progress('libraries', start, libraries.length);
    const files = libraries.slice(start, start + batch).map((path) => ({ path, origin: path, changes: [] }));
    await check(files);
  }
}

/** No loader of this machine takes them, but nothing that their linkers wrote is damaged. */
function checkCross() {
  const { built, missing } = buildCross();
  lacking.push(...missing);
  builtBy['other machines'] = built.length;
  for (const { path } of built) {
    const { refused } = judgeAsData(path);
    const kind = refused ? 'verify alone refuses' : 'for another machine, and whole';
    count(kind);
    if (refused)
      report({ kind, file: path, origin: path, changes: [], loader: 'none', verify: refused.text });
  }
}

async function checkMutations(originals) {
  const layouts = new Map();
  const from = values.at === undefined ? 0 : Number(values.at);
  for (let start = 0; start < mutations; start += batch) {
    progress('mutations', start, mutations);
    const files = [];
    for (let index = start; index < Math.min(mutations, start + batch); index++) {
      const number = from + index;
      const random = randomFrom(seed * 1_000_003 + number);
      const origin = originals[Math.floor(random() * originals.length)];
      if (!layouts.has(origin)) {
        const bytes = readFileSync(origin);
        layouts.set(origin, { bytes, layout: tablesOf(bytes) });
      }
      const { bytes, layout } = layouts.get(origin);
      const mutant = mutate(bytes, Math.floor(random() * 2 ** 32), layout);
      const path = join(folder, `${number}.so`);
      writeFileSync(path, mutant.bytes);
      files.push({ path, origin, changes: mutant.changes, number });
    }
    await check(files);
    for (const { path } of files) rmSync(path, { force: true });
  }
}

/** The prober works on the files while verify does. */
async function check(files) {
  const probed = files.map(({ path }) => prober.probe(path));
  await new Promise((resolve) => setImmediate(resolve));
  const judged = [];
  for (const { path } of files) judged.push(await judge(path));
  for (const [index, file] of files.entries()) record(file, judged[index], await probed[index]);
}

function record({ path, origin, changes, number }, judged, probed) {
  const { kind, disagrees } = compare(judged, probed, number !== undefined);
  count(kind);
  if (!disagrees) return;
  let saved = origin;
  if (number !== undefined) {
    mkdirSync(values.save, { recursive: true });
    saved = join(values.save, `${seed}-${number}-${basename(origin)}`);
    copyFileSync(path, saved);
  }
  const verify = judged.refused?.text ?? 'passes';
  report({ kind, file: saved, origin, changes, loader: probed.join(': '), verify });
}

function count(kind) {
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
}

function report(found) {
  disagreements.push(found);
  if (!values.json && disagreements.length <= 400) console.log(describe(found));
}

function describe({ kind, file, origin, changes, loader, verify }) {
  return [
    `${kind}: ${file}`,
    changes.length > 0 && `  of ${origin}\n  ${changes.join('\n  ')}`,
    `  loader: ${loader}`,
    `  verify: ${verify}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function progress(what, done, all) {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[2K${what} ${done} of ${all}, ${disagreements.length} disagreements`);
}

function print() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  const counts = Object.fromEntries([...kinds].sort(([, a], [, b]) => b - a));
  if (values.json) {
    console.log(JSON.stringify({ schema: 1, seed, mutations, counts, builtBy, lacking, disagreements }));
    return;
  }
  console.log(`seed ${seed}, ${mutations} mutations`);
  for (const [kind, count] of Object.entries(counts)) console.log(`${String(count).padStart(8)}  ${kind}`);
  if (lacking.length > 0) console.log(`without ${[...new Set(lacking)].join(', ')}`);
  console.log(disagreements.length > 0 ? `${disagreements.length} disagreements` : 'no disagreement');
}
