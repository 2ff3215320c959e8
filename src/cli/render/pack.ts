/** What `mortise pack` prints. */
import { relative } from 'node:path';
import { clean } from '../../messages/clean.js';
import type { Packed } from '../../shipping/pack.js';
import { count } from './text.js';

export function renderPacked({ name, version, libraries, tarballs }: Packed, cwd: string): string {
  const heads = tarballs.map(({ path, package: npm, files, bytes, sha256 }) => {
    const size = `${count(files, 'file')}, ${Math.ceil(bytes / 1024)} kB, sha256 ${sha256.slice(0, 12)}…`;
    return `${relative(cwd, path) || path}: ${npm ?? name} ${version}, ${size}`;
  });
  const lines = Object.entries(libraries).map(([key, path]) => `  ${key} ${path}`);
  return [...heads, ...lines].map((line) => `${clean(line)}\n`).join('');
}
