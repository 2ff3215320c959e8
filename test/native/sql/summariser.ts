/** test/native/sql/summarise.cc, compiled under sanitizers. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type TreeNode, written } from './nodes.js';
import type { Native } from './outline.js';

const root = resolve(import.meta.dirname, '../../..');
const sanitize = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const missing = () => {
  const input = 'int main() {}';
  const run = spawnSync('g++', [...sanitize, '-x', 'c++', '-', '-o', '/dev/null'], { input });
  return run.status === 0 ? undefined : 'g++ with sanitizers (not installed: apt-get install g++)';
};

/** A text with its size before it, as the program reads it. */
const sized = (text: string | Buffer): Buffer => {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
};

export class Summariser {
  /** Why it can't be compiled here. */
  static readonly missing = missing();
  readonly #directory = mkdtempSync(join(tmpdir(), 'mortise-sql-'));

  async build(): Promise<void> {
    const own = join(root, 'native/engines/sql');
    const sources = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.cc'),
    );
    const flags = ['-std=c++17', '-g1', '-O1', '-Wall', '-Wextra', ...sanitize];
    const includes = ['include', 'native'].map((name) => `-I${join(root, name)}`);
    const all = [join(import.meta.dirname, 'summarise.cc'), ...sources.map((name) => join(own, name))];
    const objects = all.map((_, at) => join(this.#directory, `${at}.o`));
    const compile = async (first: number) => {
      for (let at = first; at < all.length; at += 2) {
        await promisify(execFile)('g++', [
          ...flags,
          ...includes,
          '-c',
          String(all[at]),
          '-o',
          String(objects[at]),
        ]);
      }
    };
    await Promise.all([compile(0), compile(1)]);
    await promisify(execFile)('g++', [...sanitize, ...objects, '-o', join(this.#directory, 'summarise')]);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Null where the JSON isn't libpg_query's. `shaped`: it is that of the probe; null where its shape can't be learned. */
  summaries(pairs: readonly { sql: string; json: string | Buffer }[], ...how: 'shaped'[]): (Native | null)[] {
    return this.#run(
      how,
      pairs.flatMap(({ sql, json }) => [sized(sql), sized(json)]),
    ).map((line) => JSON.parse(line) as Native | null);
  }

  /** Null where the nodes aren't libpg_query's. */
  fromNodes(pairs: readonly { sql: string; nodes: readonly TreeNode[] }[]): (Native | null)[] {
    return this.#run(
      ['nodes'],
      pairs.flatMap(({ sql, nodes }) => [sized(sql), sized(written(nodes))]),
    ).map((line) => JSON.parse(line) as Native | null);
  }

  /** Of the shape of each; null: it has none. */
  probes(texts: readonly string[]): (string | null)[] {
    return this.#run(['probes'], texts.map(sized)).map((line) => JSON.parse(line) as string | null);
  }

  bounds(texts: readonly string[]): { depth: number; bytes: number }[] {
    return this.#run(['bounds'], texts.map(sized)).map((line) => {
      const [depth = 0, bytes = 0] = line.split(' ').map(Number);
      return { depth, bytes };
    });
  }

  #run(args: readonly string[], input: readonly Buffer[]): string[] {
    const run = spawnSync(join(this.#directory, 'summarise'), args, {
      input: Buffer.concat(input),
      maxBuffer: 1 << 30,
      env: { ...process.env, LD_PRELOAD: '', UBSAN_OPTIONS: 'print_stacktrace=1' },
    });
    if (run.status !== 0) throw new Error(`ended with ${run.status ?? run.signal}: ${run.stderr}`);
    return run.stdout.toString().split('\n').slice(0, -1);
  }
}
