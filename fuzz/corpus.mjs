// The libraries of this machine, each content once.
import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folders = [
  '/usr/lib',
  '/lib',
  '/lib64',
  '/usr/lib64',
  '/usr/local/lib',
  '/opt',
  join(homedir(), '.cache/mortise'),
  join(homedir(), '.pyenv/versions'),
  join(root, 'node_modules'),
];
const name = /\.(so(\.[\w.]+)?|node)$/;

/** @returns {string[]} every library below the folders, sorted */
export function librariesAtHand(more = []) {
  const found = new Map();
  for (const folder of [...folders, ...more]) {
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !name.test(entry.name)) continue;
      const path = realpathSync(join(entry.parentPath ?? entry.path, entry.name));
      const { dev, ino, size } = statSync(path);
      if (size >= 64 && isElf(path)) found.set(`${dev}:${ino}`, path);
    }
  }
  return [...found.values()].sort();
}

/** 64 bits, little-endian: what this machine may load. */
function isElf(path) {
  const head = Buffer.alloc(6);
  const fd = openSync(path, 'r');
  readSync(fd, head, 0, 6, 0);
  closeSync(fd);
  return head.toString('latin1') === '\x7fELF\x02\x01';
}
