/** Libraries in C with the symbols of PgDog's plugins, and a bridge that fits them. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { directory } from '../../host/open.js';
import { type BuildOptions, build } from '../../support/plugins/build.js';

type Define = BuildOptions['define'];

/** The compiler that `fake` and `bridge` say they were built by. */
export const rustc = 'rustc 1.2.3 (abcdef012 2026-01-01)';

/** A plugin of that name in `folder`. */
export function fake(folder: string, name: string, define: Define = {}): string {
  const answer = { SHARD: -2, READ_WRITE: 2 };
  const path = join(folder, `lib${name}.so`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(build('../../dialects/pgdog/fake.c', { define: { NAME: name, ...answer, ...define } }), path);
  return path;
}

/** One that answers nothing. */
export function silent(folder: string): string {
  const path = join(folder, 'libsilent.so');
  copyFileSync(build('../../dialects/pgdog/fake.c'), path);
  return path;
}

/** A bridge for `rustc` and that release of pg_query, in `folder`. */
export function bridge(folder: string, parser = '6.2.1', define: Define = {}): string {
  const path = join(folder, `libmortise_pgdog_bridge-${parser}.so`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(build('../../dialects/pgdog/bridge.c', { define: { PG_QUERY: parser, ...define } }), path);
  return path;
}

/** In the file that calls it, hosts look for bridges in an empty cache: the user's own don't count. */
export function withoutOwnBridges(): void {
  const before = process.env.XDG_CACHE_HOME;
  beforeEach(() => {
    process.env.XDG_CACHE_HOME = directory();
  });
  afterAll(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });
}
