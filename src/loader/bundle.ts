/** A plugin as a directory: its plugin.json names the library for each platform. */
import { dirname, join, resolve } from 'node:path';
import type { PluginRequest } from '../config/value.js';
import { MortiseError, type Problem } from '../errors.js';
import { listed } from '../messages/lists.js';
import type { Bundles } from './bundles/bundles.js';
import type { JsonFile } from './bundles/json.js';
import type { OwnJson } from './bundles/own-json.js';
import type { Bundle as FoundBundle } from './bundles/record.js';
import { isFile, list } from './directories.js';
import { isLibrary } from './library-names.js';
import type { Candidate } from './record.js';
import { keysFor } from './target/platforms.js';

export const bundleFile = 'plugin.json';
/** A bundle is written by hand. */
const maxBundleBytes = 1024 * 1024;

/** What the library is for. */
interface System {
  platform: NodeJS.Platform;
  /** As in the keys of a bundle (`linux-x64`). */
  arch: string;
  /** `glibc` or `musl`. Default: this machine's. */
  libc?: string;
  cwd: string;
  /** What reads those of Grafana's. Default: one that trusts no key. */
  bundles?: Bundles;
}

/**
 * What the request means by the bundle at `path`, a plugin.json: mortise's own, or one of Grafana's.
 *
 * @throws MortiseError MORTISE_ERR_BUNDLE, MORTISE_ERR_TRUST_KEY
 */
export async function fromBundle(request: PluginRequest, path: string, system: System): Promise<Candidate> {
  const [{ readJson }, { isPluginJson }] = await Promise.all([
    import('./bundles/json.js'),
    import('./bundles/plugin-json.js'),
  ]);
  const json = await readJson(path);
  if (isPluginJson(json.value)) {
    const { Bundles } = await import('./bundles/bundles.js');
    const bundles = system.bundles ?? new Bundles({}, system);
    return asCandidate(request, await bundles.at(path));
  }
  const bundle = await checkBundle(json);
  const library = await libraryOf(bundle, path, system);
  const file = fileOf(bundle, path, library);
  if (!isFile(file)) {
    const package_ = library.key === undefined ? undefined : bundle.packages?.[library.key];
    throw wrong(path, 'library', 'the library that it names does not exist', {
      expected: file,
      found: listed(list(dirname(file)).filter((name) => isLibrary(name, system))) || 'no library there',
      remedy:
        package_ === undefined
          ? 'Build the library, or correct its path: it counts from the directory of plugin.json.'
          : `Install the package ${package_}, which brings it: a package manager may have left it out.`,
    });
  }
  if (bundle.files) {
    const { checkPacked } = await import('./bundles/packed.js');
    await checkPacked(path, bundle.files, { library: library.file, file });
  }
  const merged = withAliases(request, [...(bundle.name ? [bundle.name] : []), ...(bundle.aliases ?? [])]);
  if (bundle.config || request.config) merged.config = { ...bundle.config, ...request.config };
  return { request: merged, path: file };
}

/** Of one of Grafana's: what is wrong with it is said when it is checked. */
export function asCandidate(request: PluginRequest, bundle: FoundBundle): Candidate {
  const path = bundle.executable ?? bundle.file;
  return { request: withAliases(request, bundle.aliases), path, bundle };
}

function withAliases(request: PluginRequest, others: readonly string[]): PluginRequest {
  const aliases = new Set([...(request.aliases ?? []), ...others]);
  aliases.delete(request.name);
  return { ...request, ...(aliases.size > 0 && { aliases: [...aliases] }) };
}

/** The file for this platform, and the key that named it. */
async function libraryOf(
  bundle: OwnJson,
  path: string,
  system: System,
): Promise<{ file: string; key?: string }> {
  const { library } = bundle;
  if (typeof library === 'string') return { file: library };
  const keys = keysFor(system.platform, system.arch, await libcOf(library, system));
  const key = keys.find((one) => Object.hasOwn(library, one));
  if (key !== undefined) return { file: library[key] as string, key };
  const wanted = keys[0] as string;
  throw wrong(path, 'library', `it has no library for ${wanted}`, {
    expected: keys.join(' or '),
    found: Object.keys(library).join(', ') || 'none',
    remedy: `Get a bundle that was built for ${wanted}, or build it here and add it under that key.`,
  });
}

/** Asked for only where a key depends on it: the addon is loaded later than bundles are read. */
async function libcOf(
  library: Record<string, string>,
  { platform, libc }: System,
): Promise<string | undefined> {
  if (platform !== 'linux' || !Object.keys(library).some((key) => /-(glibc|musl)$/.test(key)))
    return undefined;
  if (libc !== undefined || process.platform !== 'linux') return libc;
  const { addon } = await import('../native/addon.js');
  return addon().libc().name;
}

async function checkBundle(json: JsonFile): Promise<OwnJson> {
  const { path, text } = json;
  if (text.length > maxBundleBytes) {
    throw wrong(path, undefined, 'the file is too large', {
      expected: `${maxBundleBytes} bytes`,
      found: `${text.length} characters`,
    });
  }
  const { checkOwnJson } = await import('./bundles/own-json.js');
  return checkOwnJson(json);
}

/** In the bundle, or in the package that npm has installed for the platform. */
function fileOf({ packages }: OwnJson, path: string, { file, key }: { file: string; key?: string }): string {
  const own = resolve(dirname(path), file);
  const name = key === undefined ? undefined : packages?.[key];
  if (name === undefined || isFile(own)) return own;
  return (
    packagePlaces(dirname(path), name)
      .map((place) => resolve(place, file))
      .find(isFile) ?? own
  );
}

/** Where npm puts a package that one in `directory` needs: its own node_modules, or those around it. */
function packagePlaces(directory: string, name: string): string[] {
  const around = dirname(directory);
  const here = join(directory, 'node_modules', name);
  return around === directory ? [here] : [here, ...packagePlaces(around, name)];
}

type Details = Pick<Problem, 'expected' | 'found' | 'remedy'>;

function wrong(subject: string, where: string | undefined, message: string, details: Details): MortiseError {
  return new MortiseError({ code: 'MORTISE_ERR_BUNDLE', message, subject, where, ...details });
}
