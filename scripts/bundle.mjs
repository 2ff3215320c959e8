// What `import 'mortise'` loads: one file, and one more for each part that is only loaded when it is used.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const folder = 'dist';
const entry = resolve(folder, 'index.js');
const chunk = /^bundle-\w+\.js$/;

/** The bundle's files, without .js. */
export function bundled() {
  const chunks = existsSync(folder) ? readdirSync(folder).filter((name) => chunk.test(name)) : [];
  return [join(folder, 'mortise'), ...chunks.map((name) => join(folder, name.slice(0, -'.js'.length)))];
}

/** A host starts in three quarters of the time when Node.js opens one file instead of a hundred. */
export async function bundle() {
  for (const name of readdirSync(folder).filter((name) => chunk.test(name))) rmSync(join(folder, name));
  const { build } = await import('esbuild');
  await build({
    entryPoints: { mortise: entry },
    bundle: true,
    splitting: true,
    chunkNames: 'bundle-[hash]',
    outdir: folder,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Loaded only when it is used, as zod is; koffi and the parser also find their own files beside themselves.
    external: ['koffi', 'zod', 'smol-toml', 'toml-eslint-parser', 'semver', '@libpg-query/parser'],
    sourcemap: true,
    logLevel: 'error',
    plugins: [loadedLater],
  });
}

/**
 * Code that two entries share gets a file for each set of entries, and a part that is loaded later is an entry: the more
 * parts, the more files at the start. So each part says that it needs all of the first entry, which is loaded by then.
 */
const loadedLater = {
  name: 'loaded later',
  setup({ onResolve, onLoad }) {
    const namespace = 'later';
    onResolve({ filter: /^\./ }, ({ kind, resolveDir, path }) =>
      kind === 'dynamic-import' ? { path: resolve(resolveDir, path), namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `import ${JSON.stringify(entry)};\nexport * from ${JSON.stringify(path)};`,
      resolveDir: dirname(path),
    }));
  },
};
