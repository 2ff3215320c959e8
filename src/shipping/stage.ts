/** A plugin's directory as it is shipped: a directory for each platform, and a plugin.json with the hash of every file. */
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MortiseError } from '../errors.js';
import { bundleFile } from '../loader/bundle.js';
import type { OwnJson } from '../loader/bundles/own-json.js';
import { digestOf } from '../loader/bundles/packed.js';
import { list, look } from '../loader/directories.js';
import { besides, type Folder, fileIn, placeIn, slashed } from './folder.js';

/** What people look for in a package. */
const known = /^(readme|licen[cs]e|copying|notice|changelog)(\.|$)/i;
/** As many as a bundle's list of hashes may have. */
const maxFiles = 10_000;

export interface Staged {
  json: OwnJson;
  /** Paths from the directory, with slashes, in order; plugin.json among them. */
  files: string[];
}

/**
 * Writes what is shipped of a folder to an empty directory.
 * @throws MortiseError MORTISE_ERR_BUNDLE_OUTSIDE, MORTISE_ERR_BUNDLE
 */
export async function stage(folder: Folder, directory: string): Promise<Staged> {
  const sources = new Map<string, string>();
  for (const library of folder.libraries) {
    for (const [path, file] of besides(library)) {
      placeIn(dirname(library.file), file, library.key);
      sources.set(path, file);
    }
  }
  for (const path of furtherFiles(folder)) {
    if (!sources.has(path)) sources.set(path, join(folder.directory, path));
  }
  if (sources.size > maxFiles) throw tooMany(folder.directory);
  const files: Record<string, string> = {};
  for (const path of [...sources.keys()].sort()) {
    copy(sources.get(path) as string, join(directory, path));
    files[path] = await digestOf(join(directory, path));
  }
  const json = shippedJson(folder, files);
  const own = join(directory, bundleFile);
  writeFileSync(own, `${JSON.stringify(json, null, 2)}\n`);
  // Whatever this user's umask is: a tarball has the rights in it.
  chmodSync(own, 0o644);
  return { json, files: [bundleFile, ...Object.keys(files)].sort() };
}

/** Without what is of use only to who packs it. */
function shippedJson({ json, libraries }: Folder, files: Record<string, string>): OwnJson {
  const { $schema, include, ...rest } = json as OwnJson & { $schema?: string };
  const library = Object.fromEntries(
    libraries.map((one) => [one.key, besides(one)[0]?.[0] as string] as const).sort(),
  );
  return { ...rest, library, files };
}

/** README and the like, and what `include` names. */
function furtherFiles({ directory, json }: Folder): string[] {
  const found = new Set(
    list(directory).filter((name) => known.test(name) && look(join(directory, name))?.isFile()),
  );
  for (const path of json.include ?? []) for (const one of filesAt(directory, path)) found.add(one);
  found.delete(bundleFile);
  return [...found];
}

function filesAt(directory: string, path: string): string[] {
  const place = join(directory, path);
  if (!look(place)?.isDirectory()) {
    return [slashed(directory, fileIn(directory, join(directory, bundleFile), path, 'include'))];
  }
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) =>
    entry.name === 'node_modules' || entry.name === '.git' ? [] : filesAt(directory, join(path, entry.name)),
  );
}

/** Of the owner's rights only one is told: whether it may be executed. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { dereference: true });
  chmodSync(to, ((look(from)?.mode ?? 0) & 0o100) !== 0 ? 0o755 : 0o644);
}

function tooMany(subject: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_BUNDLE',
    message: `it holds more than ${maxFiles} files`,
    subject,
    where: 'include',
    expected: `at most ${maxFiles} files`,
    found: 'more',
    remedy: 'Name only what the plugin needs in include.',
  });
}
