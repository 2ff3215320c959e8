/** Debian's compression providers fill the host's tables; the system's own programs read what they write. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inChild } from './child.js';
import { libraryPath, mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const libraries = plugins && libraryPath();

const script = `
  const host = await Host.open({ plugins: [input.path] });
  const [plugin] = host.plugins;
  const { compression } = plugin.offers;
  const code = (call) => { try { call(); } catch (error) { return error.code; } };
  const results = [];
  for (const text of input.texts) {
    const bytes = Buffer.from(text, 'base64');
    const packed = compression.compress(bytes);
    const unpacked = compression.decompress(packed, bytes.length);
    results.push({ packed: packed.toString('base64'), same: unpacked.equals(bytes) });
  }
  const packed = compression.compress(Buffer.alloc(1000, 'mortise '));
  const view = new Uint8Array(new Uint8Array(10).fill(7).buffer, 3, 4);
  const refusals = {
    small: code(() => compression.decompress(packed, 999)),
    noise: code(() => compression.decompress(Buffer.from('no such data, whatever the algorithm'), 1000)),
    cut: code(() => compression.decompress(packed.subarray(0, packed.length - 3), 1000)),
    text: code(() => compression.compress('text')),
    maxBytes: code(() => compression.decompress(packed, 2 ** 31)),
  };
  const partOfABuffer = compression.decompress(compression.compress(view), 4).equals(Buffer.alloc(4, 7));
  const { name, state } = plugin;
  await host.close();
  answer({ name, state, results, refusals, partOfABuffer, after: code(() => compression.compress(view)) });`;

interface Answer {
  name: string;
  state: string;
  results: { packed: string; same: boolean }[];
  refusals: Record<string, string>;
  partOfABuffer: boolean;
  after: string;
}

const texts = [
  Buffer.from('mortise '.repeat(10_000)),
  Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)),
  Buffer.from('x'),
  Buffer.alloc(0),
];

describe.skipIf(!libraries).each(['bzip2', 'lz4', 'lzma', 'lzo', 'snappy'])(
  "provider_%s (needs Debian's packages of MariaDB)",
  (algorithm) => {
    it('fills the host’s table and gives back what was compressed', () => {
      const path = plugins?.get(`provider_${algorithm}`);
      const input = { path, texts: texts.map((bytes) => bytes.toString('base64')) };
      const { results, refusals, ...rest } = inChild<Answer>(script, input, libraries);
      expect(rest).toEqual({
        name: `provider_${algorithm}`,
        state: 'ready',
        partOfABuffer: true,
        after: 'MORTISE_ERR_PLUGIN_FUNCTION',
      });
      expect(results.map(({ same }) => same)).toEqual(texts.map(() => true));
      expect(Buffer.from(results[0]?.packed as string, 'base64').length).toBeLessThan(10_000);
      expect(refusals).toEqual({
        small: 'MORTISE_ERR_PLUGIN_FAILED',
        noise: 'MORTISE_ERR_PLUGIN_FAILED',
        cut: 'MORTISE_ERR_PLUGIN_FAILED',
        text: 'MORTISE_ERR_PLUGIN_ARGUMENT',
        maxBytes: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      });
      // Their streams are the formats that the programs of the same name read.
      const program = { bzip2: 'bzip2', lzma: 'xz' }[algorithm];
      if (program && has(program)) {
        const packed = Buffer.from(results[0]?.packed as string, 'base64');
        expect(execFileSync(program, ['-dc'], { input: packed })).toEqual(texts[0]);
      }
    });
  },
);

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore', input: '' });
    return true;
  } catch {
    return false;
  }
}
