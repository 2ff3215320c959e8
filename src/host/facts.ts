/** What this host is: the side of every check that doesn't come from the file. */

import { resolve } from 'node:path';
import { locate } from '../capabilities/routing/sql/package.js';
import type { SqlParser } from '../capabilities/routing/sql/parser.js';
import { dialects } from '../dialects/index.js';
import { abi } from '../dialects/mortise/layout.js';
import type { Lock } from '../loader/lock/record.js';
import type { HostFacts, Policy } from '../loader/record.js';
import type { Target } from '../loader/target/target.js';
import { addon } from '../native/addon.js';
import { version } from '../package.js';
import { builtInServices } from '../services/built-in/versions.js';
import { workingDirectory } from './working-directory.js';

export interface FactOptions {
  /** Whose syntax trees plugins may read. Default `none`. */
  parser?: 'none' | 'pg_query' | SqlParser;
  policy?: Partial<Policy>;
  /** Those that are written in TypeScript. */
  services?: HostFacts['services'];
  lock?: Lock;
  /** What is asked of bundles. */
  bundles?: HostFacts['bundles'];
  /** The platform that is asked about. Default: this machine's. */
  target?: Target;
}

/** @throws MortiseError MORTISE_ERR_ADDON, MORTISE_ERR_PARSER_PACKAGE */
export async function hostFacts({
  parser = 'none',
  policy,
  services = [],
  lock,
  bundles,
  target,
}: FactOptions = {}): Promise<HostFacts> {
  const native = addon();
  return {
    version,
    abi,
    platform: target?.platform ?? process.platform,
    arch: target?.arch ?? process.arch,
    libc: target ? (target.libc ?? { name: 'none', version: '' }) : native.libc(),
    target,
    parser: versionOf(parser),
    services: [...builtInServices(), ...services],
    dialects,
    policy: { strictPermissions: false, ...policy },
    lock,
    bundles,
    exporter: target ? () => undefined : native.exporter,
  };
}

/** @throws MortiseError MORTISE_ERR_PARSER_PACKAGE */
function versionOf(parser: 'none' | 'pg_query' | SqlParser): string {
  if (typeof parser === 'object') return parser.version;
  return parser === 'none' ? '' : locate().version;
}

/** Only where one counts: the reader of TOML takes time to load. */
export async function lockAt(path: string | false | undefined, cwd?: string): Promise<Lock | undefined> {
  if (!path) return undefined;
  const { readLock } = await import('../loader/lock/read.js');
  return readLock(resolve(cwd ?? workingDirectory(), path));
}
