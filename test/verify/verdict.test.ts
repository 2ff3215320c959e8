/** What verify says of a library, and what the system's loader does with it: the same, damaged or not. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const missing =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'Linux on x64'
    : spawnSync('cc', ['--version']).status === 0
      ? ''
      : 'a C compiler';
/** Another day, other mutations; a failure says the seed. */
const seed = Math.floor(Date.now() / 86_400_000);

/** Compilers, each with a linker; what a machine lacks comes from Debian, where that can be had. */
const toolchains = [
  'gcc-bfd',
  'gcc-gold',
  'gcc-rust-lld',
  'gcc-mold',
  'clang-bfd',
  'clang-lld',
  'clang-mold',
  'musl-gcc-bfd',
  'other machines',
];

describe.skipIf(missing !== '')(`verify and the loader${missing && ` (needs ${missing})`}`, () => {
  describe('agree on libraries that are built in every odd way', () => {
    let result: ReturnType<typeof fuzz> | undefined;
    const whole = () => {
      result ??= fuzz(['--mutations', '0', '--libraries', 'none']);
      return result;
    };

    it('and none is refused by one alone', () => {
      const { counts, disagreements } = whole();
      expect(disagreements).toEqual([]);
      expect(counts['both take']).toBeGreaterThan(30);
      expect(counts['both refuse']).toBeGreaterThan(5);
    }, 240_000);

    it.for(toolchains)('by %s', (name, { skip }) => {
      const { builtBy, lacking } = whole();
      skip(builtBy[name] === 0 && lacking.length > 0, `needs ${lacking.join(', ')}`);
      expect(builtBy[name]).toBeGreaterThan(50);
    });
  });

  it.each([
    ['of the libraries of this machine', ['--mutations', '0', '--libraries', '400']],
    ['of damaged libraries', ['--mutations', '6000', '--libraries', 'none']],
  ])(
    'agree on %s',
    (_, options) => {
      const { seed: used, counts, disagreements } = fuzz(['--seed', String(seed), ...options]);
      expect({ seed: used, disagreements }).toEqual({ seed, disagreements: [] });
      expect(counts['both take']).toBeGreaterThan(100);
    },
    120_000,
  );
});

/** What `npm run fuzz -- verdict` found; it ends with 1 when it found something. */
function fuzz(options: string[]): {
  seed: number;
  counts: Record<string, number>;
  builtBy: Record<string, number>;
  lacking: string[];
  disagreements: unknown[];
} {
  try {
    return JSON.parse(run(options));
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (!stdout) throw error;
    return JSON.parse(stdout);
  }
}

function run(options: string[]): string {
  return execFileSync(process.execPath, ['fuzz/verdict.mjs', '--json', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}
