/** Takes a plugin out of a host: its section of mortise.toml, its entries of mortise.lock, and its directory. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { withoutPlugin } from '../config/edit.js';
import type { Config } from '../config/record.js';
import { MortiseError } from '../errors.js';
import { isFile } from '../loader/directories.js';
import { bareName } from '../loader/library-names.js';
import { nearest } from '../messages/nearest.js';
import { jsonIn } from './fetch.js';
import { lockAgain, saveConfig, type Undo } from './project.js';

export interface Removed {
  name: string;
  config: string;
  lock?: string;
  /** Undefined where the plugin didn't lie in the directory of plugins. */
  directory?: string;
}

/** @throws MortiseError MORTISE_ERR_NAME_NOT_FOUND, MORTISE_ERR_CONFIG_EDIT, MORTISE_ERR_CONFIG_WRITE, MORTISE_ERR_LOCK_* */
export async function removePlugin(
  what: string,
  { config, path, into }: { config: Config; path: string; into: string },
): Promise<Removed> {
  const names = await Promise.all(config.plugins.map((one) => namesOf(one, path)));
  const index = names.findIndex((all) => all.includes(what));
  if (index < 0)
    throw unknown(
      what,
      path,
      names.flatMap(([first]) => first ?? []),
    );
  const request = config.plugins[index] as Config['plugins'][number];
  const place = directoryOf(request.name, path);
  const isOurs = dirname(place) === into && existsSync(place);
  const name = names[index]?.[0] ?? what;
  const undo: Undo[] = [];
  const old = join(into, `.removing-${process.pid}-${basename(place)}`);
  try {
    undo.push(saveConfig(path, await withoutPlugin(readFileSync(path, 'utf8'), index, path)));
    if (isOurs) {
      renameSync(place, old);
      undo.push(() => renameSync(old, place));
    }
    const lock = await lockAgain(path, name);
    rmSync(old, { recursive: true, force: true });
    return { name, config: path, ...(lock && { lock }), ...(isOurs && { directory: place }) };
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

/** The directory of a bundle, as mortise.toml names it. */
export function directoryOf(name: string, config: string): string {
  const path = resolve(dirname(config), name);
  return basename(path) === 'plugin.json' ? dirname(path) : path;
}

/** What a plugin may be called; its own name first, as the lock file has it. */
async function namesOf({ name, aliases = [] }: Config['plugins'][number], config: string): Promise<string[]> {
  const directory = directoryOf(name, config);
  const json = isFile(join(directory, 'plugin.json'))
    ? await jsonIn(directory).catch(() => undefined)
    : undefined;
  const bare = bareName(basename(directory), process);
  return [...new Set([json?.name ?? bare, bare, name, ...aliases])];
}

function unknown(what: string, config: string, known: readonly string[]): MortiseError {
  const meant = nearest(what, known);
  return new MortiseError({
    code: 'MORTISE_ERR_NAME_NOT_FOUND',
    message: `${config} has no plugin ${what}`,
    subject: what,
    expected: known.join(', ') || 'a plugin',
    found: 'nothing',
    remedy: meant ? `Did you mean ${meant}?` : 'See what it has with `mortise list`.',
  });
}
