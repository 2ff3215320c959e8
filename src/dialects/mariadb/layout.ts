/**
 * MariaDB's plugin interface as it lies in a file: the layouts of releases 10.11 and 11.8, which are the same,
 * on 64-bit systems, measured in Debian's builds. native/mariadb/layout.h has the same for what is in memory.
 */

import type { Words } from '../../loader/record.js';

export const symbols = {
  declarations: '_maria_plugin_declarations_',
  interface: '_maria_plugin_interface_version_',
  structSize: '_maria_sizeof_struct_st_plugin_',
} as const;

/** What this host stands in for. */
export const server = 'MariaDB 10.11 or 11.8';

/** The interface of {@link server}. */
export const abi = { major: 1, minor: 15 } as const;

/** One entry of `_maria_plugin_declarations_`, in bytes. */
export const declaration = {
  size: 104,
  type: 0,
  info: 8,
  name: 16,
  author: 24,
  description: 32,
  version: 64,
  versionText: 88,
} as const;

/** The kinds of plugin that there are, by number, and the interface versions of those that load here. */
export const kinds: readonly { name: string; info?: { major: number; minor: number } | 'release' }[] = [
  { name: 'a function' },
  { name: 'a storage engine' },
  { name: 'a full-text parser', info: { major: 1, minor: 0 } },
  { name: 'a daemon', info: 'release' },
  { name: 'an information schema table' },
  { name: 'an audit', info: { major: 3, minor: 2 } },
  { name: 'a replication' },
  { name: 'an authentication', info: { major: 2, minor: 3 } },
  { name: 'a password validation', info: { major: 1, minor: 1 } },
  { name: 'an encryption key', info: { major: 3, minor: 0 } },
  { name: 'a data type' },
  { name: 'a native function' },
];

export const kind = {
  fullText: 2,
  daemon: 3,
  audit: 5,
  authentication: 7,
  passwordValidation: 8,
  encryptionKeys: 9,
} as const;

/** MariaDB writes versions as 0x010f: the high byte is the major. */
export function versionOf(number: number): { major: number; minor: number } {
  return { major: number >>> 8, minor: number & 0xff };
}

export function numberOf({ major, minor }: { major: number; minor: number }): number {
  return (major << 8) | minor;
}

/** How MariaDB calls what every family has. */
export const words: Words = {
  identity: symbols.declarations,
  steps: { init: 'init', fini: 'deinit' },
  server: 'a MariaDB server',
};
