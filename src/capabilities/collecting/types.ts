/** Reads types.db files: which values a type has. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { MortiseError, type Problem } from '../../errors.js';
import type { NativeHost } from '../../native/addon.js';
import { collectAddon } from '../../native/collecting.js';

const withTypes = new WeakSet<NativeHost>();

/** Whether a types.db was read for this host. */
export const hasTypes = (host: NativeHost): boolean => withTypes.has(host);

const maxBytes = 16 * 1024 * 1024;

/**
 * Lines that aren't valid are told; the others count.
 * @throws MortiseError MORTISE_ERR_CONFIG_MISSING when a file can't be read
 */
export function readTypes(
  host: NativeHost,
  paths: readonly string[],
  cwd: string,
  tell: (problem: Problem) => void,
): void {
  for (const path of paths) {
    const { problems } = collectAddon().addTypes(host, textOf(resolve(cwd, path), path), path);
    for (const problem of problems) tell({ ...problem, subject: path });
    withTypes.add(host);
  }
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a directory',
};

function textOf(file: string, path: string): string {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and ${maxBytes} are the most`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { message, code = '' } = cause as NodeJS.ErrnoException;
    const found = words[code] ?? message;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_CONFIG_MISSING',
        message: `${path} can't be read: ${found}`,
        subject: path,
        where: 'typesDb (in mortise.toml types_db, in a collectd.conf TypesDB)',
        expected: 'a types.db',
        found,
        remedy:
          'Correct the path. collectd’s own comes with it, in Debian with the package collectd-core, as /usr/share/collectd/types.db.',
      },
      { cause },
    );
  }
}
