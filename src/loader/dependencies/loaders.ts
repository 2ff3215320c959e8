/** Which loader an image is searched for with. */

import type { Image } from '../../binary/index.js';
import { exists } from '../directories.js';
import type { ResolveOptions } from './dependency.js';
import { dyldLoader } from './dyld.js';
import { firstEnvironment } from './environment.js';
import { glibcLoader } from './glibc.js';
import { machineOf } from './machine.js';
import { muslLoader } from './musl.js';
import type { Loader, Needs } from './place.js';
import { windowsLoader } from './windows.js';

type Loadable = Needs & { libc?: Image['libc'] };

/**
 * The loader that would load the image; undefined when none of this platform and processor would.
 * @param programRpath The DT_RPATH of the program that would load it
 */
export function loaderFor(
  image: Loadable,
  options: ResolveOptions,
  programRpath: readonly string[] = [],
): Loader | undefined {
  const { platform = process.platform, sysroot = '' } = options;
  const { env = platform === 'linux' ? firstEnvironment() : process.env } = options;
  const arch = options.arch ?? (platform === process.platform ? process.arch : image.arch);
  if (image.arch !== arch) return undefined;
  if (platform === 'linux' && image.format === 'elf') {
    if (image.libc === 'bionic') return undefined;
    return usesMusl(image, sysroot)
      ? muslLoader(image, env, sysroot)
      : glibcLoader(image, env, sysroot, programRpath);
  }
  if (platform === 'darwin' && image.format === 'macho') return dyldLoader(env);
  if (platform === 'win32' && image.format === 'pe') return windowsLoader(env);
  return undefined;
}

/** What the image says; else what the system has. */
function usesMusl(image: Loadable, sysroot: string): boolean {
  if (image.libc === 'musl' || image.libc === 'glibc') return image.libc === 'musl';
  const { musl } = machineOf(image);
  return exists(`${sysroot}/lib/ld-musl-${musl}.so.1`) && !exists(`${sysroot}/etc/ld.so.cache`);
}
