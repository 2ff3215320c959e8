/** Makes a bundle's record from its plugin.json. Nothing of the bundle runs. */
import { join } from 'node:path';
import type { Problem } from '../../errors.js';
import { look } from '../directories.js';
import { findExecutable } from './executable.js';
import type { JsonFile } from './json.js';
import { checkPluginJson, type PluginJson } from './plugin-json.js';
import type { Bundle, BundleClass } from './record.js';
import { signatureOf } from './signature.js';
import type { TrustStore } from './trust.js';

/** What a bundle is read with. */
export interface LoadOptions {
  trust: TrustStore;
  rootUrl: string | undefined;
  /** Classes whose bundles must be signed. */
  signed: ReadonlySet<BundleClass>;
  platform: NodeJS.Platform;
  arch: string;
}

/** Where a bundle was found. */
export interface Found {
  file: JsonFile;
  /** Real. */
  directory: string;
  class: BundleClass;
  /** The bundle around it. */
  parent?: Bundle;
}

/** @throws MortiseError MORTISE_ERR_BUNDLE, MORTISE_ERR_TRUST_KEY */
export async function loadBundle(found: Found, options: LoadOptions): Promise<Bundle> {
  const { file, directory, parent } = found;
  const json = await checkPluginJson(file);
  const { id, type, aliasIDs, name, dependencies } = json;
  const root = parent?.root ?? directory;
  const version = versionOf(json) ?? (parent?.type === 'app' ? parent.version : undefined);
  const executable = json.backend
    ? findExecutable({ ...options, ...pathsOf(json), directory, root })
    : undefined;
  return {
    id,
    aliases: (aliasIDs ?? []).filter((alias) => alias !== id),
    type,
    name: name ?? id,
    version,
    class: parent?.class ?? found.class,
    directory,
    root,
    file: file.path,
    ...(parent && { parent: parent.id }),
    outermost: parent?.outermost ?? id,
    backend: json.backend ?? false,
    executable: executable && 'path' in executable ? executable.path : undefined,
    signature: await signatureFor({ id, version, root }, found, options),
    dependencies: {
      grafana: dependencies?.grafanaDependency || undefined,
      plugins: (dependencies?.plugins ?? []).map((one) => ({
        id: one.id,
        version: one.version || undefined,
      })),
    },
    info: file.value as Record<string, unknown>,
    problems: [
      ...(executable && 'problem' in executable ? [executable.problem] : []),
      ...standalone(directory),
    ],
  };
}

const pathsOf = ({ type, executable }: PluginJson) => ({ type, executable });

/** Before it was built, it has a placeholder. */
function versionOf({ info }: PluginJson): string | undefined {
  return info?.version?.replaceAll('%VERSION%', '').trim() || undefined;
}

async function signatureFor(
  bundle: { id: string; version: string | undefined; root: string },
  { parent, class: name }: Found,
  options: LoadOptions,
): Promise<Bundle['signature']> {
  if (parent) return parent.signature;
  if (name === 'core' && !options.signed.has(name)) return { state: 'internal' };
  return signatureOf(bundle, options);
}

/** Left behind by a server that is started by itself, to which the program then sends all calls. */
function standalone(directory: string): Problem[] {
  const path = join(directory, 'standalone.txt');
  if (!look(path)) return [];
  return [
    {
      code: 'MORTISE_WARN_BUNDLE_STANDALONE',
      message: 'it has a standalone.txt: its calls go to the address in that file, not to the program',
      subject: path,
      expected: 'no such file',
      found: 'one',
      remedy: 'Remove it, unless somebody debugs the plugin right now.',
    },
  ];
}
