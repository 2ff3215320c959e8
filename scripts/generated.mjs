// A NAME_pb.ts as JavaScript, for scripts that no compiler sees.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';

export async function importGenerated(file) {
  // Inside the clone, where its own imports are found.
  mkdirSync('.cache', { recursive: true });
  const made = resolve('.cache', `${basename(file, '.ts')}-${process.pid}.mjs`);
  writeFileSync(made, transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' }).code);
  try {
    return await import(pathToFileURL(made).href);
  } finally {
    rmSync(made);
  }
}
