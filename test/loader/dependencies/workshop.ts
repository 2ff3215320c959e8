import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, vi } from 'vitest';

/** A temporary directory in which a test builds real libraries; it goes when the test file ends. */
export function workshop() {
  // Compilers and child processes take their time on a busy machine.
  vi.setConfig({ testTimeout: 300_000 });
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-test-')));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string) => join(root, name);
  return {
    root,
    path,
    /** A library of one function that calls those of its dependencies: `<name>()` returns 1 + their sum. */
    build(file: string, { needs = [], flags = [], soname }: Build = {}): string {
      const target = path(file);
      mkdirSync(dirname(target), { recursive: true });
      const source = `${target}.c`;
      const calls = needs.map((need) => symbolOf(need));
      writeFileSync(
        source,
        [
          ...calls.map((call) => `int ${call}(void);`),
          `int ${symbolOf(file)}(void) { return 1 ${calls.map((call) => `+ ${call}()`).join('')}; }`,
        ].join('\n'),
      );
      execFileSync('gcc', [
        ...['-shared', '-fPIC', '-o', target, source, '-Wl,--no-as-needed', '-Wl,--allow-shlib-undefined'],
        ...(soname === null ? [] : [`-Wl,-soname,${soname ?? file.split('/').at(-1)}`]),
        ...needs.map((need) => path(need)),
        ...flags,
      ]);
      rmSync(source);
      return target;
    },
    write(file: string, content: string | Uint8Array): string {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), content);
      return path(file);
    },
  };
}

interface Build {
  /** Other files of the workshop. */
  needs?: string[];
  flags?: string[];
  /** Default: the file's name; null: none. */
  soname?: string | null;
}

/** `lib/libprice.so.1` → `price` */
export function symbolOf(file: string): string {
  return (file.split('/').at(-1) as string).replace(/^lib/, '').replace(/\..*$/, '');
}

export const runpath = (list: string) => ['-Wl,--enable-new-dtags', `-Wl,-rpath,${list}`];
export const rpath = (list: string) => ['-Wl,--disable-new-dtags', `-Wl,-rpath,${list}`];
