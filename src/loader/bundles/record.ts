/** A plugin as a bundle: a directory with a plugin.json as Grafana's plugins have it. */
import type { Problem } from '../../errors.js';

/** Where a bundle comes from, in the order in which they are looked at: the first of an id wins. */
export const bundleClasses = ['core', 'bundled', 'external'] as const;
export type BundleClass = (typeof bundleClasses)[number];

export const bundleTypes = ['app', 'datasource', 'panel', 'renderer', 'secretsmanager'] as const;
export type BundleType = (typeof bundleTypes)[number];

/** What a bundle's MANIFEST.txt proves. */
export type Signature =
  /** A part of the host's own: nothing is asked of it. */
  | { state: 'internal' }
  | { state: 'unsigned' }
  | ({ state: 'valid' } & Signed)
  /** Signed, and other than what was signed. */
  | { state: 'modified'; problems: readonly [Problem, ...Problem[]] }
  /** Its MANIFEST.txt proves nothing. */
  | { state: 'invalid'; problems: readonly [Problem, ...Problem[]] };

export type SignatureState = Signature['state'];

/** What a manifest that was verified says of itself. */
export interface Signed {
  /** `grafana`, `commercial`, `community`, `private` or `private-glob`. */
  type: string;
  /** Who signed it, as the manifest has it. */
  by?: string;
  /** The key that did, 16 lower-case hexadecimal digits. */
  key: string;
  /** By path from the bundle's root, with slashes; SHA-256, lower-case hex. */
  files: ReadonlyMap<string, string>;
}

/** Another bundle that one needs. */
export interface BundleNeed {
  id: string;
  /** A range as semver has it. Undefined: any. */
  version?: string;
}

/** A bundle that was read. All paths are absolute and real. */
export interface Bundle {
  id: string;
  /** Further names of it: `aliasIDs`. */
  aliases: readonly string[];
  type: BundleType;
  /** For people. */
  name: string;
  /** Undefined where neither it nor its parent says one. */
  version: string | undefined;
  class: BundleClass;
  directory: string;
  /** The directory that nothing of it may leave: its own, or that of the outermost bundle around it. */
  root: string;
  /** Its plugin.json. */
  file: string;
  /** The id of the bundle around it, whose class and signature it has. */
  parent?: string;
  /** The id of the outermost one; its own where there is none around it. */
  outermost: string;
  /** Whether it has a program. */
  backend: boolean;
  /** The program for this platform; undefined when it has none, or `problems` says why. */
  executable?: string;
  signature: Signature;
  dependencies: {
    /** A range of versions of Grafana. */
    grafana?: string;
    plugins: readonly BundleNeed[];
  };
  /** The whole plugin.json. */
  info: Readonly<Record<string, unknown>>;
  /** What is wrong with it, signature aside. */
  problems: readonly Problem[];
}
