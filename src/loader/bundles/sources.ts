/** Where bundles are looked for, and what is asked of them. */
import { resolve } from 'node:path';
import { MortiseError } from '../../errors.js';
import { look } from '../directories.js';
import { realPath } from './inside.js';
import { type BundleClass, bundleClasses } from './record.js';

/** `[sources]` of mortise.toml, and the option of `Host.open`. Relative paths count from the host's `cwd`. */
export interface Sources {
  /** Directories of bundles that are a part of the host: they need no signature, and stay. */
  core?: readonly string[];
  /** Directories of bundles that come with the host, and stay. */
  bundled?: readonly string[];
  /** Directories of bundles of others. */
  external?: readonly string[];
  /** Classes whose bundles must have a valid signature. Default: `external`. */
  signed?: readonly BundleClass[];
  /** Ids of bundles that may be unsigned all the same. */
  unsigned?: readonly string[];
  /** OpenPGP public keys whose signatures count: the paths of their files, or armored text. Default: none. */
  trust?: readonly string[];
  /** The address of this host, which a private signature must be for: `https://example.com/grafana`. */
  rootUrl?: string;
  /** The version of Grafana that this host stands for, which `grafanaDependency` is compared with. Default: not compared. */
  grafanaVersion?: string;
}

/** What is asked of bundles, settled. */
export interface BundlePolicy {
  signed: ReadonlySet<BundleClass>;
  unsigned: ReadonlySet<string>;
  grafanaVersion?: string;
}

export function policyOf({ signed = ['external'], unsigned = [], grafanaVersion }: Sources): BundlePolicy {
  return { signed: new Set(signed), unsigned: new Set(unsigned), grafanaVersion };
}

/** One directory of bundles, real. */
export interface Source {
  class: BundleClass;
  directory: string;
}

/**
 * In the order in which they are looked at.
 * @throws MortiseError MORTISE_ERR_SOURCE
 */
export function sourcesIn(sources: Sources, cwd: string): Source[] {
  const seen = new Set<string>();
  return bundleClasses.flatMap((name) =>
    (sources[name] ?? []).flatMap((given): Source[] => {
      const path = resolve(cwd, given);
      const directory = realPath(path);
      if (directory === undefined || !look(directory)?.isDirectory()) throw noDirectory(path, name);
      if (seen.has(directory)) return [];
      seen.add(directory);
      return [{ class: name, directory }];
    }),
  );
}

function noDirectory(path: string, name: BundleClass): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_SOURCE',
    message: 'there is no such directory of bundles',
    subject: path,
    where: `sources.${name}`,
    expected: 'a directory that can be read',
    found: look(path) ? 'something else' : 'nothing',
    remedy: 'Create the directory, or correct its path.',
  });
}
