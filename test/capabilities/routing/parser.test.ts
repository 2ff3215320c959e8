/** Which parser plugins must be built for is read from the package that the application has. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../host/child.js';
import { directory } from '../../host/open.js';

const name = '@libpg-query/parser';

/** What Host.open says in an application that has this release of the parser; with what is in it, or without. */
async function openWith(version: string, whole = false): Promise<string> {
  const application = directory();
  const package_ = join(application, 'node_modules', name);
  mkdirSync(package_, { recursive: true });
  if (whole) cpSync(join('node_modules', name, 'wasm'), join(package_, 'wasm'), { recursive: true });
  writeFileSync(join(package_, 'package.json'), JSON.stringify({ name, version }));
  const { stdout, stderr } = await run(
    `process.chdir(${JSON.stringify(application)});
     const outcome = await Host.open({ parser: 'pg_query' }).then((host) => host.close(), (error) => error);
     console.log(outcome?.code ?? 'opened', outcome?.message ?? '');`,
  );
  expect(stderr).toBe('');
  return stdout.trim();
}

it('a release that mortise knows', async () => {
  expect(await openWith('17.6.10', true)).toBe('opened');
});

it('a package that isn’t whole is refused', async () => {
  const said = await openWith('17.6.10');
  expect(said).toMatch(/^MORTISE_ERR_PARSER_PACKAGE .* cannot be loaded: Cannot find module/);
  expect(said).toContain('npm install @libpg-query/parser');
});

it('another release is refused, with those that are known', async () => {
  const said = await openWith('99.0.0');
  expect(said).toMatch(/^MORTISE_ERR_PARSER_PACKAGE .*: @libpg-query\/parser 99\.0\.0 is not known/);
  expect(said).toMatch(/expected +@libpg-query\/parser 17\.6\.10/);
});
