/** Which C library was the image built for, and is this one new enough? */
import type { Check } from '../record.js';
import { failed, ok, skipped } from './result.js';

/** "2.39" and "2.9" as numbers: as texts they sort the wrong way round. */
export function isNewer(left: string, right: string): boolean {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

export const checkLibc: Check = ({ image, path }, host) => {
  if (image?.format !== 'elf' || host.platform !== 'linux') return [];
  if (image.libc === 'none') return [skipped('libc', 'the image needs no C library')];
  if (image.libc !== host.libc.name) {
    return [
      failed('libc', {
        code: 'MORTISE_ERR_LIBC_MISMATCH',
        message: `plugin ${image.libc}, host ${host.libc.name}`,
        subject: path,
        expected: `${host.libc.name} ${host.libc.version}`.trim(),
        found: image.libc,
        remedy: `Build the plugin for ${host.libc.name}, or run it under a Node.js for ${image.libc}.`,
      }),
    ];
  }
  const needed = image.newestVersions.GLIBC;
  if (needed && host.libc.version && isNewer(needed, host.libc.version)) {
    const library = image.versionNeeds.find(({ version }) => version === `GLIBC_${needed}`)?.library;
    return [
      failed('libc', {
        code: 'MORTISE_ERR_LIBC_VERSION',
        message: `plugin needs glibc ${needed}, host ${host.libc.version}`,
        subject: path,
        where: library && `GLIBC_${needed} of ${library}`,
        expected: `${host.libc.version} or older`,
        found: needed,
        remedy: `Build the plugin on a system with glibc ${host.libc.version} or older, or run it on a newer one.`,
      }),
    ];
  }
  return [ok('libc', needed ? `${image.libc}, needs ${needed}, host ${host.libc.version}` : image.libc)];
};
