import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { call } from './call.js';

const check = z.strictObject({
  id: z.string(),
  status: z.enum(['ok', 'warn', 'fail', 'skip']),
  code: z.string().optional(),
  message: z.string().min(1),
  where: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  remedy: z.string().optional(),
});
const document = z.strictObject({
  schema: z.literal(1),
  checks: z.array(check),
  summary: z.strictObject({ checks: z.number(), warned: z.number(), failed: z.number() }),
});

async function examine(env: NodeJS.ProcessEnv) {
  const called = await call(['doctor', '--json'], { env });
  const { checks } = document.parse(called.json());
  return { code: called.code, of: (id: string) => checks.find((found) => found.id === id) };
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

it('names what is there, with its version', async () => {
  const { of } = await examine(process.env);
  expect(of('node')).toMatchObject({ status: 'ok', message: expect.stringContaining(process.versions.node) });
  expect(of('koffi')).toMatchObject({ status: 'ok', message: expect.stringMatching(/^koffi 3\./) });
  expect(of('grpc')).toMatchObject({ status: 'ok', message: expect.stringContaining('@grpc/grpc-js') });
  expect(of('openpgp')).toMatchObject({ status: 'ok', message: 'openpgp loads' });
  for (const [id, name] of [
    ['prometheus', 'prom-client'],
    ['telemetry', '@opentelemetry/api'],
  ] as const) {
    const missing = { status: 'warn', remedy: expect.stringContaining(`npm install ${name}@`) };
    expect(of(id)).toMatchObject(isInstalled(name) ? { status: 'ok', message: `${name} loads` } : missing);
  }
  if (process.platform !== 'win32') {
    expect(of('collectd')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('mortise-collectd.so'),
    });
  }
  expect(of('temporary')).toMatchObject({ status: 'ok' });
});

it('says what to install for a program that is missing, and that is only a warning', async () => {
  const { of, code } = await examine({ PATH: '', CARGO_HOME: '/nowhere' });
  for (const id of ['cc', 'make', 'cargo', 'rustc', 'c++', 'cmake']) {
    expect(of(id)).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('needed to build'),
      remedy: expect.stringMatching(/\w/),
    });
  }
  expect(code).toBe(0);
});

it('tells a program that does not run from one that is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-doctor-test-'));
  writeFileSync(join(folder, 'broken'), '#!/bin/sh\necho "not today" >&2; exit 1\n', { mode: 0o755 });
  symlinkSync('/bin/true', join(folder, 'make'));
  const { of } = await examine({ PATH: folder, CC: join(folder, 'broken') });
  expect(of('cc')).toMatchObject({ status: 'warn', message: expect.stringContaining('not today') });
  expect(of('make')).toMatchObject({ status: 'ok' });
  rmSync(folder, { recursive: true });
});

it('tells a person the same in rows and a sentence', async () => {
  const { stdout } = await call(['doctor'], { env: { PATH: '' } });
  expect(stdout).toMatch(/^ {2}ok {4}node {9}Node\.js 2/m);
  expect(stdout).toMatch(/^ {2}warn {2}make {9}not found; needed to build plugins in C\n {8}\S/m);
  expect(stdout).toMatch(/^This machine .*\.\n$/m);
});
