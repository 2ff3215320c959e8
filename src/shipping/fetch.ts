/** Brings a plugin into an empty directory, from npm, a tarball, a directory or a library. Nothing of it runs. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { MortiseError } from '../errors.js';
import { hostFacts } from '../host/facts.js';
import { bundleFile } from '../loader/bundle.js';
import { readJson } from '../loader/bundles/json.js';
import { checkOwnJson, type OwnJson } from '../loader/bundles/own-json.js';
import { look } from '../loader/directories.js';
import { keysFor } from '../loader/target/platforms.js';
import { placeIn, readFolder } from './folder.js';
import { fetchTarball, type NpmOptions, parseSpec, published } from './npm.js';
import { stage } from './stage.js';
import { readTarball } from './tarball.js';

/** Where a plugin came from: `npm:@acme/router@1.2.0`, or a path. */
export type Source = string;

/**
 * @param what a path, or the name of an npm package, with or without a version
 * @throws MortiseError as `readFolder`, `readTarball` and npm's functions do; MORTISE_ERR_FILE_MISSING
 */
export async function bring(what: string, directory: string, options: NpmOptions): Promise<Source> {
  const path = resolve(options.cwd, what);
  const stats = look(path);
  if (stats?.isDirectory()) await stage(await readFolder(path), directory);
  else if (stats?.isFile() && /\.(tgz|tar\.gz)$/.test(path)) await readTarball(path, directory);
  else if (stats?.isFile()) await library(path, directory);
  else return fromNpm(what, directory, options);
  return path;
}

/** A library alone is as good as a directory that names it. */
async function library(path: string, directory: string): Promise<void> {
  const { verifyFile } = await import('../verify/file.js');
  const { checks, info } = await verifyFile(path, await hostFacts());
  const [first, ...rest] = checks.flatMap(({ status, problem }) =>
    status === 'fail' && problem ? [problem] : [],
  );
  if (!info) {
    throw new MortiseError(first ? [first, ...rest] : noPlugin(path));
  }
  const work = mkdtempSync(join(tmpdir(), 'mortise-add-'));
  try {
    copyFileSync(path, join(work, basename(path)));
    const json = { name: info.name, version: info.version, library: basename(path) };
    writeFileSync(join(work, bundleFile), JSON.stringify(json));
    await stage(await readFolder(work), directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fromNpm(what: string, directory: string, options: NpmOptions): Promise<Source> {
  const spec = /^(\.{0,2}[\\/]|[A-Za-z]:)|\.(tgz|so|dylib|dll)$/.test(what) ? undefined : parseSpec(what);
  if (!spec) throw nothingThere(what, options.cwd);
  const main = await published(what, options);
  const work = mkdtempSync(join(tmpdir(), 'mortise-add-'));
  try {
    await readTarball(await fetchTarball(main, work, options), directory);
    const json = await jsonIn(directory);
    const key = await keyOf(json);
    const name = key === undefined ? undefined : json.packages?.[key];
    if (name !== undefined && key !== undefined) {
      const version = main.optionalDependencies[name];
      if (version === undefined) throw notPromised(what, name);
      const part = join(work, 'part');
      mkdirSync(part);
      await readTarball(
        await fetchTarball(await published(`${name}@${version}`, options), work, options),
        part,
      );
      // Only what is the platform's: plugin.json is the other package's.
      cpSync(join(part, key), join(directory, key), { recursive: true });
    }
    return `npm:${main.name}@${main.version}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The plugin.json of what was brought. @throws MortiseError MORTISE_ERR_BUNDLE */
export async function jsonIn(directory: string): Promise<OwnJson & { name: string }> {
  const path = join(directory, bundleFile);
  if (!look(path)?.isFile()) {
    throw new MortiseError({
      code: 'MORTISE_ERR_BUNDLE',
      message: 'it has no plugin.json, so it is no plugin for mortise',
      subject: path,
      expected: 'a plugin.json that names a library',
      found: 'none',
      remedy: 'Check the name. `mortise pack --npm` makes packages that can be added.',
    });
  }
  const json = await checkOwnJson(await readJson(path));
  const { library } = json;
  for (const [key, file] of Object.entries(typeof library === 'string' ? { '': library } : library))
    placeIn(directory, file, key === '' ? 'library' : `library.${key}`);
  if (json.name === undefined) {
    throw new MortiseError({
      code: 'MORTISE_ERR_BUNDLE',
      message: 'name is missing',
      subject: path,
      where: 'name',
      expected: 'a name',
      found: 'nothing',
      remedy: 'Add the name to plugin.json, or pack it with `mortise pack`.',
    });
  }
  return { ...json, name: json.name };
}

/** The key of its library for this machine. */
async function keyOf({ library }: OwnJson): Promise<string | undefined> {
  const { platform, arch, libc } = await hostFacts();
  return typeof library === 'string'
    ? undefined
    : keysFor(platform, arch, libc.name).find((key) => Object.hasOwn(library, key));
}

const noPlugin = (subject: string) => ({
  code: 'MORTISE_ERR_NOT_A_PLUGIN' as const,
  message: 'it is not a plugin that can be added',
  subject,
  remedy: 'See what `mortise verify` says of it.',
});

function notPromised(what: string, name: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_BUNDLE',
    message: `its plugin.json names the package ${name}, which is none of its optional dependencies`,
    subject: what,
    where: 'packages',
    expected: `${name} in optionalDependencies of package.json`,
    found: 'nothing',
    remedy: 'Tell who publishes it: `mortise pack --npm` writes both.',
  });
}

function nothingThere(what: string, cwd: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_FILE_MISSING',
    message: 'there is no such file or directory, and it is not the name of an npm package',
    subject: resolve(cwd, what),
    expected: 'a directory with a plugin.json, a tarball, a library, or NAME[@VERSION]',
    found: 'nothing',
    remedy: 'Check the path: it counts from the working directory.',
  });
}
