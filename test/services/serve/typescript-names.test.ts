/** Names that collide in no language: what is generated from them compiles without a warning, and works. */
import { afterAll, expect, it } from 'vitest';
import {
  bool,
  bytes,
  callback,
  defineService,
  fn,
  i32,
  i64,
  implement,
  none,
  status,
  text,
} from '../../../src/index.js';
import { open } from '../../host/open.js';
import { buildC, buildRust, scratch } from './typescript.build.js';

const { path, remove } = scratch();
afterAll(remove);

const Names = defineService('test.names', '1.0', {
  each: fn({ line: callback({ line: text, lineData: i64 }, none) }, status),
  min: fn({ near: i32, far: i32 }, i32),
  use: fn({ visit: callback({ data: bytes }, status) }, status),
  useVisit: fn({ x: callback({}, none) }, none),
  useVisitX: fn({ interface: callback({ interface: text }, bool) }, bool),
});
const names = implement(Names, {
  each: ({ line }) => line({ line: 'one', lineData: 1 }),
  min: () => 0,
  use: ({ visit }) => visit({ data: Buffer.from('some') }),
  useVisit: ({ x }) => x(),
  useVisitX: ({ interface: ask }) => ask({ interface: 'it' }),
});

it('in C++ beside windows.h', async () => {
  const host = await open({
    plugins: [buildC('typescript.names.c', [Names], path, 'c++')],
    services: [names],
  });
  expect([...host.plugins].map(({ state, error }) => error?.message ?? state)).toEqual(['ready']);
});

it('in Rust, on both sides', async () => {
  const counted = implement(Names, {
    each: ({ line }) => line({ line: 'one', lineData: 1 }),
    min: ({ near, far }) => Math.min(near, far),
    use: ({ visit }) => visit({ data: Buffer.from('some') }),
    useVisit: ({ x }) => x(),
    useVisitX: ({ interface: ask }) => ask({ interface: 'it' }),
  });
  const library = await buildRust('typescript.names.rs', 'test-names', [Names], path);
  const host = await open({ plugins: [library], services: [counted] });
  expect([...host.plugins].map(({ state, error }) => error?.message ?? state)).toEqual(['ready']);
  const provided = host.services.get(Names);
  expect(provided.min({ near: 5, far: 4 })).toBe(4);
  const lines: unknown[] = [];
  provided.each({ line: (given) => lines.push(given) });
  provided.use({ visit: ({ data }) => lines.push(String(data)) });
  expect(lines).toEqual([{ line: 'one', lineData: 1n }, 'some']);
  expect(provided.useVisitX({ interface: (given) => given.interface === 'it' })).toBe(true);
});
