/** A built-in service is written in the eight places that CONTRIBUTING.md lists, and nowhere else. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** With NAME for the service's; the list of CONTRIBUTING.md. */
const places = readFileSync('CONTRIBUTING.md', 'utf8')
  .split('## A new built-in service')[1]
  ?.split('\n## ')[0]
  ?.match(/^\d\. `[^`]+`/gm)
  ?.map((line) => line.slice(4, -1)) as string[];

it('the list is short', () => {
  expect(places.length).toBeLessThanOrEqual(8);
});

it('mortise.clock, which TypeScript has no part in, is named in those places alone', () => {
  const sources = ['src', 'native', 'include', 'cells', 'rust/mortise/src', 'docs', 'scripts'].flatMap(
    (room) => readdirSync(room, { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
  );
  const names =
    /\bclock_table\b|mortise_clock_(v1|signature)|ClockV1|mortise\.clock\b|mortise\/clock\.h|mod clock;|\(clock,/;
  const found = sources
    .filter((file) => /\.(ts|mjs|c|cc|h|rs|md|txt)$/.test(file))
    .filter((file) => names.test(readFileSync(file, 'utf8')));
  const listed = places.map((place) => place.replace('NAME', 'clock').replaceAll('/', sep));
  // What a plugin in Rust may write instead of the table is an API, not the service.
  const api = ['clock.rs', 'lease.rs', 'lib.rs'].map((file) => join('rust/mortise/src', file));
  // Nor are the fakes of the tests that plugins in C have.
  api.push(join('include', 'mortise', 'testing', 'time.h'));
  expect(found.filter((file) => !api.includes(file)).sort()).toEqual(listed.sort());
});

const root = mkdtempSync(join(tmpdir(), 'mortise-service-'));
afterAll(() => rmSync(root, { recursive: true }));
const file = (...parts: string[]) => join(root, ...parts);
const insert = (path: string, before: string, line: string) => {
  const text = readFileSync(file(path), 'utf8');
  expect(text).toContain(before);
  writeFileSync(file(path), text.replace(before, line + before));
};

describe.skipIf(process.platform !== 'linux')('a toy service, in a copy', () => {
  beforeAll(() => {
    for (const name of ['include', 'native', 'cells']) cpSync(name, file(name), { recursive: true });
    cpSync('test/project/toys/toy.h', file('include/mortise/toy.h'));
    cpSync('test/project/toys/service_toy.cc', file('native/services/service_toy.cc'));
    insert('include/mortise/mortise.h', '#include <mortise/value.h>', '#include <mortise/toy.h>\n');
    insert('native/services/built_in.h', 'service(clock, 0)', 'service(toy, 2) ');
  });

  it('is one that every host has', () => {
    const engines = ['registry', 'signature', 'readable', 'problems'].map(
      (name) => `native/engines/${name}.cc`,
    );
    const services = ['built_in', 'service_toy'].map((name) => `native/services/${name}.cc`);
    // The tables of the others are left out, and the registry refuses a service without one.
    const flags = ['-std=c++17', '-no-pie', '-Wl,--unresolved-symbols=ignore-all', '-Iinclude', '-Inative'];
    const driver = resolve('test/project/toys/list_services.cc');
    execFileSync('g++', [...flags, '-o', file('list'), driver, ...engines, ...services], { cwd: root });
    const said = execFileSync(file('list'), { encoding: 'utf8' });
    expect(said).toBe('mortise.toy 1.2 twice(host, number: u64) -> u64 [any-thread] since 1.2 42\n');
  }, 120_000);

  it('has a cell for plugins that link the static library', () => {
    execFileSync('cmake', ['-S', file('cells'), '-B', file('cells-out')], { stdio: 'pipe' });
    expect(readFileSync(file('cells-out/toy.c'), 'utf8')).toContain('MORTISE_REQUIRE(toy, 1, 2)');
  }, 60_000);
});
