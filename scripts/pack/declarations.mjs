// The declarations that users' compilers read: those that the public ones lead to.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const imported = /(?:\bfrom |\bimport\(|\bimport |\bmodule )['"](\.[^'"]+)\.js['"]/g;

/** The files at `entries`, and all that they import; each once. */
export function declarations(entries) {
  const found = new Set();
  const pending = entries.map(normalize);
  for (const path of pending) {
    if (found.has(path)) continue;
    found.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(imported)) {
      pending.push(join(dirname(path), `${name}.d.ts`));
    }
  }
  return [...found];
}
