// What `import 'mortise'` loads: one file, and one more for each part that is only loaded when it is used.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const folder = 'dist';
const entry = resolve(folder, 'index.js');
/**
 * What else package.json's `exports` and `bin` lead to, and what runs in a process of its own. They share the first one's classes, so that an error is one kind
 * everywhere.
 */
const further = {
  goplugin: './dialects/goplugin/index.js',
  cli: './cli/main.js',
  trial: './verify/trial/child.js',
};
const chunk = /^bundle-\w+\.js$/;

/**
 * Dependencies whose code is taken in: whoever installs mortise needs no package for them. None is CommonJS, which would
 * bring a file of its own to every start.
 */
export const taken = new Set([
  'fastest-levenshtein',
  'jsonc-parser',
  'signal-exit',
  'smol-toml',
  'tar',
  'zod',
]);

/** The bundle's files, without .js. */
export function bundled() {
  const chunks = existsSync(folder) ? readdirSync(folder).filter((name) => chunk.test(name)) : [];
  const entries = ['mortise', ...Object.keys(further)].map((name) => join(folder, name));
  return [...entries, ...chunks.map((name) => join(folder, name.slice(0, -'.js'.length)))];
}

/** The packages whose code is in it. */
export function bundledPackages() {
  const names = bundled().flatMap((stem) =>
    [...readFileSync(`${stem}.js`, 'utf8').matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(
      ([, name]) => name,
    ),
  );
  return [...new Set(names)];
}

/** A host starts in three quarters of the time when Node.js opens one file instead of a hundred. */
export async function bundle() {
  for (const name of readdirSync(folder).filter((name) => chunk.test(name))) rmSync(join(folder, name));
  const { build } = await import('esbuild');
  await build({
    entryPoints: { mortise: entry, ...further },
    bundle: true,
    splitting: true,
    chunkNames: 'bundle-[hash]',
    outdir: folder,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: installed(),
    mainFields: ['module', 'main'],
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
    plugins: [loadedLater],
  });
}

/**
 * What stays a package of its own: peers are the user's; koffi finds files beside itself; the others are CommonJS. Taking
 * in the rest halves an installation.
 */
function installed() {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !taken.has(name));
}

/**
 * Code that two entries share gets a file for each set of entries, and a part that is loaded later is an entry: the more
 * parts, the more files at the start. So each part says that it needs all of the first entry, which is loaded by then.
 */
const loadedLater = {
  name: 'loaded later',
  setup({ onResolve, onLoad }) {
    const namespace = 'later';
    onResolve({ filter: /./ }, ({ kind, resolveDir, path }) => {
      if (kind === 'dynamic-import' && taken.has(path)) return { path, namespace };
      if (!path.startsWith('.')) return undefined;
      if (kind === 'dynamic-import') return { path: resolve(resolveDir, path), namespace };
      return kind === 'entry-point' ? { path: resolve(folder, path), namespace } : undefined;
    });
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `${path.endsWith('main.js') ? '#!/usr/bin/env node\n' : ''}import ${JSON.stringify(entry)};\nexport * from ${JSON.stringify(path)};`,
      resolveDir: taken.has(path) ? resolve(folder) : dirname(path),
    }));
  },
};
