/** What the search depends on in this machine's processor. */
import { exists } from '../directories.js';
import type { Needs } from './place.js';

/** What Linux distributions derive from the processor. */
export interface Machine {
  /** Debian's directory name below /lib and /usr/lib. */
  multiarch?: string;
  /** What `$PLATFORM` stands for (AT_PLATFORM). */
  platform: string;
  /** The name in /etc/ld-musl-<name>.path. */
  musl: string;
  /** Flags that entries of /etc/ld.so.cache have (glibc, sysdeps/generic/ldconfig.h); undefined: any. */
  cacheFlags?: readonly number[];
}

const machines: Record<string, Machine> = {
  'x64-little': { multiarch: 'x86_64-linux-gnu', platform: 'x86_64', musl: 'x86_64', cacheFlags: [0x303] },
  'x32-little': { multiarch: 'x86_64-linux-gnux32', platform: 'x86_64', musl: 'x32', cacheFlags: [0x803] },
  'ia32-little': { multiarch: 'i386-linux-gnu', platform: 'i686', musl: 'i386', cacheFlags: [0x3] },
  'arm64-little': {
    multiarch: 'aarch64-linux-gnu',
    platform: 'aarch64',
    musl: 'aarch64',
    cacheFlags: [0xa03],
  },
  'arm-little': {
    multiarch: 'arm-linux-gnueabihf',
    platform: 'v7l',
    musl: 'armhf',
    cacheFlags: [0x903, 0xb03, 0x3],
  },
  'ppc64-little': {
    multiarch: 'powerpc64le-linux-gnu',
    platform: 'power8',
    musl: 'powerpc64le',
    cacheFlags: [0x503],
  },
  's390x-big': { multiarch: 's390x-linux-gnu', platform: 'z900', musl: 's390x', cacheFlags: [0x403] },
  'riscv64-little': {
    multiarch: 'riscv64-linux-gnu',
    platform: 'riscv64',
    musl: 'riscv64',
    cacheFlags: [0x1003, 0xf03],
  },
  'loong64-little': {
    multiarch: 'loongarch64-linux-gnu',
    platform: 'loongarch64',
    musl: 'loongarch64',
    cacheFlags: [0x1203, 0x1103],
  },
};

/** The machine that an image was built for. An unknown one has no multiarch directory and takes any cache entry. */
export function machineOf({ arch, endian }: Pick<Needs, 'arch' | 'endian'>): Machine {
  return machines[`${arch}-${endian}`] ?? { platform: arch, musl: arch };
}

/** glibc's built-in directories: Debian's when the multiarch directory exists, else those of the others. */
export function defaultDirectories(machine: Machine, bits: number, sysroot: string): string[] {
  const directories = hasMultiarch(machine, sysroot)
    ? [`/lib/${machine.multiarch}`, `/usr/lib/${machine.multiarch}`]
    : bits === 64
      ? ['/lib64', '/usr/lib64']
      : [];
  return [...directories, '/lib', '/usr/lib'].map((directory) => sysroot + directory);
}

/** What `$LIB` stands for. */
export function libToken(machine: Machine, bits: number, sysroot: string): string {
  if (hasMultiarch(machine, sysroot)) return `lib/${machine.multiarch}`;
  return bits === 64 ? 'lib64' : 'lib';
}

function hasMultiarch({ multiarch }: Machine, sysroot: string): boolean {
  return multiarch !== undefined && exists(`${sysroot}/lib/${multiarch}`);
}
