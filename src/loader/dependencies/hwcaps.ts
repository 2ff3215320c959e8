/** The subdirectories for this processor's features that glibc's loader searches. */
import { readFileSync } from 'node:fs';

// The x86-64 psABI's levels, in the kernel's words (`abm` is LZCNT, `pni` SSE3).
const levels: [string, string[]][] = [
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
];

let known: string[] | undefined;

/**
 * The glibc-hwcaps subdirectories that this processor can use, best first. Only x86-64 is looked at: on
 * other processors the plain directory is taken, which holds the same library by the same name.
 */
export function supportedHwcaps(): readonly string[] {
  known ??= process.platform === 'linux' && process.arch === 'x64' ? readLevels('/proc/cpuinfo') : [];
  return known;
}

function readLevels(path: string): string[] {
  let text = '';
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return []; // No /proc: the plain directories are right on every processor.
  }
  const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  const supported: string[] = [];
  for (const [name, needed] of levels) {
    if (!needed.every((flag) => flags.has(flag))) break;
    supported.unshift(name);
  }
  return supported;
}
