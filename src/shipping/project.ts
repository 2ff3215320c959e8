/** The files of a host that plugins are added to: mortise.toml, mortise.lock, and the directory of plugins. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { parse } from 'smol-toml';
import { lockBeside } from '../config/names.js';
import type { Config } from '../config/record.js';
import { MortiseError } from '../errors.js';
import { readConfiguration } from '../host/configuration.js';
import { realPath } from '../loader/bundles/inside.js';
import { readLock } from '../loader/lock/read.js';
import type { LockEntry } from '../loader/lock/record.js';
import { saveLock } from '../loader/lock/save.js';
import { lockText } from '../loader/lock/write.js';
import { lockablePlugins, lockEntries } from '../verify/lock.js';

/** What is undone when a later step fails. */
export type Undo = () => void;

/** Undefined while there is no file. @throws MortiseError as `readConfiguration` does */
export async function readProject(path: string): Promise<Config | undefined> {
  if (!existsSync(path)) return undefined;
  if (path.toLowerCase().endsWith('.conf')) throw notEdited(path);
  return readConfiguration(path);
}

/** Puts another text in place, as a whole. @throws MortiseError MORTISE_ERR_CONFIG_WRITE */
export function saveConfig(path: string, text: string): Undo {
  const before = existsSync(path) ? readFileSync(path) : undefined;
  write(path, text);
  return () => (before === undefined ? rmSync(path, { force: true }) : write(path, before));
}

/** What is there keeps its rights, and a link stays one. */
function write(named: string, content: string | Buffer): void {
  const path = realPath(named) ?? named;
  const partial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, content, { flag: 'wx' });
    if (existsSync(path)) chmodSync(partial, statSync(path).mode & 0o777);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_CONFIG_WRITE',
        message,
        subject: path,
        expected: 'a file that can be written',
        found: code,
        remedy: 'Let this user write there, or name another configuration with -c.',
      },
      { cause },
    );
  }
}

/**
 * Writes one plugin's entries, and leaves all others as they are; without a lock file all that the configuration names.
 * @param library the plugin that came; undefined: it went
 * @returns the lock file, or undefined where the configuration wants none
 * @throws MortiseError MORTISE_ERR_LOCK_*
 */
export async function lockAgain(
  path: string,
  name: string,
  library?: readonly string[],
): Promise<string | undefined> {
  const config = await readConfiguration(path);
  const { host } = parse(readFileSync(path, 'utf8')) as { host?: { lock?: unknown } };
  if (host?.lock === false) return undefined;
  const lock = config.host.lock ?? lockBeside(config.path);
  const folder = dirname(lock);
  const others = existsSync(lock)
    ? readLock(lock).entries.filter((entry) => entry.name !== name)
    : await lockEntries(
        (await lockablePlugins(config)).filter(({ path }) => !library?.includes(path)),
        folder,
      );
  const own: LockEntry[] = library ? await lockEntries(library, folder) : [];
  if (!existsSync(lock) && others.length + own.length === 0) return undefined;
  saveLock(lock, lockText([...others, ...own]));
  return lock;
}

/** As mortise.toml names it: from its own directory, with slashes. */
export function nameFor(config: string, directory: string): string {
  const way = relative(dirname(config), directory).split(sep).join('/');
  return way.startsWith('..') ? directory : `./${way}`;
}

function notEdited(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_CONFIG_EDIT',
    message: 'a collectd.conf is not changed by mortise',
    subject,
    expected: 'a mortise.toml',
    found: 'a collectd.conf',
    remedy: 'Add the plugin by hand, or name a mortise.toml with -c.',
  });
}
