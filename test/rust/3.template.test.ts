import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cargo, exportsOf, missingTools, moduleInfoOf, newPlugin, scratchTarget, titled } from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo', 'nm') : ['ELF'];
const timeout = 1_800_000;
const env = { CARGO_TARGET_DIR: scratchTarget };

describe.skipIf(missing.length > 0)(titled('a plugin from templates/rust', missing), () => {
  let cwd: string;

  beforeAll(() => {
    cwd = newPlugin('shop_router');
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('has no placeholder left', () => {
    for (const file of ['Cargo.toml', 'src/lib.rs', 'README.md', '.gitignore']) {
      expect(readFileSync(join(cwd, file), 'utf8'), file).not.toMatch(/\{\{|\}\}/);
    }
  });

  it('builds with one command, and without a network', { timeout }, async () => {
    const { code, output } = await cargo(['build', '--release'], { cwd, env });
    expect(code, output).toBe(0);
    const library = join(scratchTarget, 'release/libshop_router.so');
    expect(existsSync(library)).toBe(true);
    expect(moduleInfoOf(library)).toMatchObject({ name: 'shop_router', version: '0.1.0', abi: '1.0' });
    expect(Object.keys(exportsOf(library)).sort()).toEqual([
      'module_host',
      'module_info',
      'module_init',
      'module_requires_mortise_log',
      'module_route',
      'mortise_log_service',
    ]);
  });

  it('passes its own tests, and clippy', { timeout }, async () => {
    const tested = await cargo(['test'], { cwd, env });
    expect(tested.code, tested.output).toBe(0);
    expect(tested.output).toContain('1 passed');
    const linted = await cargo(['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings'], { cwd, env });
    expect(linted.output).toBe('');
  });

  it('is formatted as a plugin of its own', { timeout }, async () => {
    const { output } = await cargo(['fmt', '--check'], { cwd });
    expect(output).toBe('');
  });
});
