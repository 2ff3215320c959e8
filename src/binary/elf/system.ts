/** Which operating system and C library an ELF file is for. */
import type { Image } from '../image.js';

/** What tells the C library of an ELF image. */
export interface Clues {
  os?: string;
  interpreter?: string;
  soname?: string;
  dependencies: readonly string[];
  versionNeeds: Image['versionNeeds'];
}

const glibc =
  /^(libc\.so\.6(\.1)?|libc\.so\.0\.3|lib(m|dl|pthread|rt|util|resolv|mvec|anl)\.so\.\d+|ld-linux.*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1)$/;
const musl = /^(libc\.musl-.*\.so\.1|ld-musl-.*\.so\.1)$/;

export function libcOf(clues: Clues): Image['libc'] {
  const names = [...clues.dependencies];
  if (clues.soname !== undefined) names.push(clues.soname);
  if (clues.interpreter !== undefined)
    names.push(clues.interpreter.slice(clues.interpreter.lastIndexOf('/') + 1));
  if (clues.os === 'android' || clues.interpreter?.startsWith('/system/bin/linker')) return 'bionic';
  if (names.some((name) => musl.test(name))) return 'musl';
  const bsd = clues.os !== undefined && clues.os !== 'linux' && clues.os !== 'hurd';
  if (!bsd && names.some((name) => glibc.test(name))) return 'glibc';
  if (names.includes('libc.so')) {
    // Both musl (outside Alpine) and bionic call themselves libc.so. musl is one file without versions.
    const versioned = clues.versionNeeds.some(({ library }) => library === 'libc.so');
    const split = names.includes('libm.so') || names.includes('libdl.so') || names.includes('liblog.so');
    return versioned || split ? 'bionic' : 'musl';
  }
  return names.some((name) => /^libc\.so\./.test(name)) ? 'other' : 'none';
}

/** EI_OSABI (gABI, "ELF Identification"), where it isn't the 0 that most images carry. */
const systems: Record<number, string> = {
  2: 'netbsd',
  3: 'linux',
  4: 'hurd',
  6: 'sunos',
  7: 'aix',
  9: 'freebsd',
  12: 'openbsd',
};

export function systemOf(osabi: number): string | undefined {
  return Object.hasOwn(systems, osabi) ? systems[osabi] : undefined;
}

/** What the header or a note says; else what the C library implies. */
export function osOf(osabi: number, noteOs: string | undefined, libc: Image['libc']): string | undefined {
  const system = systemOf(osabi);
  // Linux's mark is on Android's files too, and a loader looks at no note of a file that is marked as foreign.
  if (system !== undefined && system !== 'linux') return system;
  if (noteOs !== undefined) return noteOs;
  if (system !== undefined) return system;
  if (libc === 'bionic') return 'android';
  return libc === 'glibc' || libc === 'musl' ? 'linux' : undefined;
}
