/** What mortise.lock says: which bytes each plugin and each of its own libraries has, on each platform. */
import type { Image } from '../../binary/index.js';

export interface Lock {
  /** The file, absolute. */
  path: string;
  entries: readonly LockEntry[];
}

export interface LockEntry {
  name: string;
  version: string;
  /** `linux-x64-glibc`, `darwin-arm64`. */
  platform: string;
  /** Where the plugin lay: from the lock file's directory, or its bare name when it lay elsewhere. Not compared. */
  file: string;
  /** Lower-case hex. */
  sha256: string;
  libraries: LockedLibrary[];
}

/** A library that lies beside the plugin. */
export interface LockedLibrary {
  /** From the plugin's directory. */
  file: string;
  sha256: string;
}

/** The number that the file carries; it rises when an older mortise would misread it. */
export const lockSchema = 1;

/** Real ones have some kB. */
export const maxLockSize = 4 * 1024 * 1024;

const systems = { elf: 'linux', macho: 'darwin', pe: 'win32' } as const;

/** What a plugin was built for, as its file says it. */
export function platformOf({ os, format, arch, libc }: Image): string {
  const system = os ?? systems[format];
  const suffix = format === 'elf' && libc !== 'none' ? `-${libc}` : '';
  return `${system}-${arch}${suffix}`;
}
