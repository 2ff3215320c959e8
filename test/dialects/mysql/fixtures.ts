/** Components that the tests build. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../support/plugins/build.js';

/** Their interface is read for ELF on these. */
export const canRun = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** The path of the component that a file of this folder becomes. */
export function component(
  source: 'functions.cc' | 'user.cc' | 'broken.cc',
  define: Record<string, string | number | true> = {},
  flags: readonly string[] = [],
): string {
  const header = createHash('sha256').update(readFileSync(join(import.meta.dirname, 'component.h')));
  return build(`../../dialects/mysql/${source}`, {
    define: { ...define, HEADER: header.digest('hex') },
    flags: ['-std=gnu++17', ...flags, '-lstdc++'],
  });
}
