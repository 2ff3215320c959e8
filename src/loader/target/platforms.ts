/** The platforms that a bundle may have a library for, as its keys name them. */
import { archs } from './target.js';

/**
 * `linux-x64`, `linux-x64-musl`, `darwin-arm64`. On Linux a key without a C library stands for either, and one with it
 * goes first.
 */
export const platforms: readonly string[] = [
  ...archs.linux.flatMap((arch) => ['', '-glibc', '-musl'].map((libc) => `linux-${arch}${libc}`)),
  ...archs.darwin.map((arch) => `darwin-${arch}`),
  ...archs.win32.map((arch) => `win32-${arch}`),
];

/** The keys that a machine looks for, the nearest first. */
export function keysFor(platform: string, arch: string, libc: string | undefined): string[] {
  const key = `${platform}-${arch}`;
  return platform === 'linux' && libc !== undefined ? [`${key}-${libc}`, key] : [key];
}
