/** Which symbol versions a Linux with a glibc of some version has. */
import type { Image } from '../../binary/index.js';
import type { Target } from './target.js';

/**
 * The newest versions in libstdc++ and libgcc of the distributions that came with each glibc, as the manylinux policies
 * of auditwheel have them for x86_64: GLIBCXX, CXXABI, GCC. A glibc between two rows has what the older one has.
 */
const runtimes: readonly (readonly [glibc: string, glibcxx: string, cxxabi: string, gcc: string])[] = [
  ['2.5', '3.4.8', '1.3.1', '4.2.0'],
  ['2.12', '3.4.13', '1.3.3', '4.3.0'],
  ['2.17', '3.4.19', '1.3.7', '4.8.0'],
  ['2.24', '3.4.22', '1.3.10', '4.8.0'],
  ['2.28', '3.4.24', '1.3.11', '7.0.0'],
  ['2.31', '3.4.28', '1.3.12', '7.0.0'],
  ['2.34', '3.4.29', '1.3.13', '11.0'],
  ['2.35', '3.4.30', '1.3.13', '12.0.0'],
  ['2.38', '3.4.32', '1.3.14', '13.0.0'],
  ['2.39', '3.4.33', '1.3.15', '14.0.0'],
  ['2.42', '3.4.34', '1.3.15', '14.0.0'],
];

/** Versions of libc.so.6 that stand for a feature of its loader: the glibc that has them first. */
const markers: Record<string, string> = {
  GLIBC_ABI_DT_RELR: '2.36',
  GLIBC_ABI_GNU_TLS: '2.42',
  GLIBC_ABI_GNU2_TLS: '2.42',
  GLIBC_ABI_DT_X86_64_PLT: '2.43',
};

/** "2.39" and "2.9" as numbers: as texts they sort the wrong way round. */
export function compareVersions(left: string, right: string): number {
  const [a = [], b = []] = [left, right].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export interface TooNew {
  library: string;
  /** `GLIBCXX_3.4.31`. */
  version: string;
  /** What the target has: `GLIBCXX_3.4.24`. */
  has: string;
}

/** What an image needs of the system's libraries that a glibc target has only in an older version; the newest first. */
export function tooNewFor({ libc }: Target, { versionNeeds }: Pick<Image, 'versionNeeds'>): TooNew[] {
  if (libc?.name !== 'glibc' || libc.version === '') return [];
  const [, glibcxx, cxxabi, gcc] =
    runtimes.findLast(([version]) => compareVersions(version, libc.version) <= 0) ?? (runtimes[0] as never);
  const newest: Record<string, string> = { GLIBC: libc.version, GLIBCXX: glibcxx, CXXABI: cxxabi, GCC: gcc };
  return versionNeeds
    .flatMap(({ library, version }): (TooNew & { number: string })[] => {
      const marker = Object.hasOwn(markers, version) ? markers[version] : undefined;
      const [, family = '', number = ''] =
        marker === undefined ? (/^([A-Z]+)_(\d+(?:\.\d+)*)$/.exec(version) ?? []) : ['', 'GLIBC', marker];
      const has = Object.hasOwn(newest, family) ? newest[family] : undefined;
      if (has === undefined || compareVersions(number, has) <= 0) return [];
      return [{ library, version, has: `${family}_${has}`, number }];
    })
    .sort((a, b) => compareVersions(b.number, a.number))
    .map(({ number: _, ...one }) => one);
}
