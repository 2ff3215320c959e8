/** Adds a plugin to a host: brought, verified, put in place, named in mortise.toml and in mortise.lock, or nothing at all. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { withPlugin } from '../config/edit.js';
import type { Config } from '../config/record.js';
import { MortiseError, type Problem } from '../errors.js';
import { bundleFile } from '../loader/bundle.js';
import { isInside, realPath } from '../loader/bundles/inside.js';
import type { Permissions } from '../loader/bundles/own-json.js';
import { createVerifier } from '../verify/verifier.js';
import { bring, jsonIn } from './fetch.js';
import type { NpmOptions } from './npm.js';
import { lockAgain, nameFor, readProject, saveConfig, type Undo } from './project.js';

export interface Added {
  name: string;
  version?: string;
  /** The version that was there before. */
  before?: string;
  /** `npm:NAME@VERSION`, or a path. */
  source: string;
  directory: string;
  config: string;
  /** Undefined where the configuration wants none. */
  lock?: string;
  permissions: Permissions;
  /** What verify warns about. */
  warnings: Problem[];
}

/**
 * @param what a path, or the name of an npm package, with or without a version
 * @param options.config the mortise.toml; it is made when there is none
 * @param options.into the directory of plugins; each gets one of its name in it
 * @throws MortiseError whatever is wrong with it: nothing has changed then
 */
export async function addPlugin(
  what: string,
  options: NpmOptions & { config: string; into: string },
): Promise<Added> {
  const { config: path, into } = options;
  const config = await readProject(path);
  const undo: Undo[] = [];
  const made = makeDirectory(into);
  // Beside where it goes: renamed into place, it is there as a whole or not at all.
  const work = mkdtempSync(join(into, '.adding-'));
  try {
    const source = await bring(what, work, options);
    const json = await jsonIn(work);
    const warnings = await verified(work, config);
    const directory = join(into, json.name);
    const before = await versionAt(directory);
    keepOthers(directory, json.name, before, source);
    undo.push(place(work, directory));
    const name = nameFor(path, directory);
    if (!config?.plugins.some((one) => isOf(one.name, directory, path))) {
      undo.push(saveConfig(path, withPlugin(existsSync(path) ? readFileSync(path, 'utf8') : '', name)));
    }
    const lock = await lockAgain(path, json.name, await librariesIn(directory));
    return {
      name: json.name,
      ...(json.version && { version: json.version }),
      ...(before !== undefined && { before }),
      source,
      directory,
      config: path,
      ...(lock && { lock }),
      permissions: json.permissions ?? {},
      warnings,
    };
  } catch (error) {
    for (const step of undo.reverse()) step();
    if (made) rmSync(into, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(`${work}.before`, { recursive: true, force: true });
  }
}

/** Whether a name in mortise.toml means a directory. */
export function isOf(name: string, directory: string, config: string): boolean {
  const path = resolve(dirname(config), name);
  return path === directory || (basename(path) === bundleFile && dirname(path) === directory);
}

/** @throws MortiseError all that a host would refuse it for */
async function verified(directory: string, config: Config | undefined): Promise<Problem[]> {
  const file = join(directory, bundleFile);
  // What is added isn't in the lock file yet.
  const unlocked = config && { ...config, host: { ...config.host, lock: undefined } };
  const verifier = await createVerifier([file], { config: unlocked, cwd: directory });
  const { checks } = await verifier.verify(file);
  const of = (wanted: string) =>
    checks.flatMap(({ status, problem }) => (status === wanted && problem ? [problem] : []));
  const [first, ...rest] = of('fail');
  if (first) throw new MortiseError([first, ...rest]);
  return of('warn');
}

/** Those that are there: of an npm package only this platform's. */
async function librariesIn(directory: string): Promise<string[]> {
  const { library } = await jsonIn(directory);
  const all = typeof library === 'string' ? [library] : Object.values(library);
  return [...new Set(all.map((path) => resolve(directory, path)))].filter((path) => existsSync(path));
}

async function versionAt(directory: string): Promise<string | undefined> {
  if (!existsSync(directory)) return undefined;
  return (await jsonIn(directory).catch(() => undefined))?.version ?? '';
}

/**
 * What is replaced is removed, so only a plugin is, and not what the new one was made from.
 * @throws MortiseError MORTISE_ERR_CONFIG_WRITE
 */
function keepOthers(directory: string, name: string, before: string | undefined, source: string): void {
  if (before === undefined) return;
  const [from, to] = [realPath(source), realPath(directory)];
  const isSource = from !== undefined && to !== undefined && isInside(to, from);
  if (!isSource && before !== '') return;
  throw new MortiseError({
    code: 'MORTISE_ERR_CONFIG_WRITE',
    message: isSource
      ? 'the plugin lies where it would be put, and would be replaced by a copy of its libraries'
      : 'there is something else where the plugin would be put',
    subject: directory,
    expected: `nothing, or an earlier version of ${name}`,
    found: isSource ? source : 'no plugin.json with a version',
    remedy: isSource
      ? 'Name it in mortise.toml by hand, or add it from another directory.'
      : 'Move that away, or name another directory with --into.',
  });
}

/** A host that runs keeps its own copies, so that what it loaded may be replaced. */
function place(work: string, directory: string): Undo {
  const old = `${work}.before`;
  const isThere = existsSync(directory);
  if (isThere) renameSync(directory, old);
  renameSync(work, directory);
  // A host may run as another user, and a temporary directory is only its maker's.
  chmodSync(directory, 0o755);
  return () => {
    rmSync(directory, { recursive: true, force: true });
    if (isThere) renameSync(old, directory);
  };
}

/** @returns whether it is new @throws MortiseError MORTISE_ERR_CONFIG_WRITE */
function makeDirectory(path: string): boolean {
  try {
    return mkdirSync(path, { recursive: true }) !== undefined;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const remedy = 'Name another directory with --into, or let this user write there.';
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_CONFIG_WRITE',
        message,
        subject: path,
        expected: 'a directory',
        found: code,
        remedy,
      },
      { cause },
    );
  }
}
