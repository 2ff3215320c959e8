import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cargo, missingTools, root, titled } from './cargo.js';

const missing = missingTools('cargo');
const timeout = 1_800_000;

describe.skipIf(missing.length > 0)(titled('the Rust SDK', missing), () => {
  it('is formatted', { timeout }, async () => {
    const { code, output } = await cargo(['fmt', '--check']);
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  it('has nothing that clippy would change', { timeout }, async () => {
    const { code, output } = await cargo(['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings']);
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  it('passes its own tests, doctests included', { timeout }, async () => {
    const { code, output } = await cargo(['test']);
    expect(code, output).toBe(0);
    for (const suite of ['entries.rs', 'layout.rs', 'Doc-tests mortise', 'rust_tenant_router-']) {
      expect(output).toContain(suite);
    }
    const passed = [...output.matchAll(/test result: ok\. (\d+) passed/g)].map((match) => Number(match[1]));
    expect(passed.reduce((sum, count) => sum + count)).toBeGreaterThan(40);
  });

  it('packs what says what it is, and under which licence', async () => {
    for (const crate of ['mortise', 'mortise-macros']) {
      const { code, output } = await cargo(['package', '--list', '--allow-dirty', '-p', crate]);
      expect(code, output).toBe(0);
      expect(output.split('\n')).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'src/lib.rs']));
      const licence = readFileSync(join(root, 'rust', crate, 'LICENSE'), 'utf8');
      expect(licence).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
    }
  });

  const noCompiler = missingTools('cc');
  it.skipIf(noCompiler.length > 0)(
    titled('has the layouts and constants of the C headers', noCompiler),
    { timeout },
    async () => {
      const { code, output } = await cargo([
        'test',
        '-p',
        'mortise',
        '--test',
        'layout',
        '--',
        '--nocapture',
      ]);
      expect(code, output).toBe(0);
      // cargo also passes the test without a compiler, and then prints no count.
      expect(Number(/(\d+) facts agree/.exec(output)?.[1])).toBeGreaterThan(130);
      expect(output).not.toContain('skipped:');
    },
  );

  it('has documentation without a warning', { timeout }, async () => {
    const env = { RUSTDOCFLAGS: '-D warnings' };
    const { code, output } = await cargo(['doc', '--no-deps', '-p', 'mortise', '-p', 'mortise-macros'], {
      env,
    });
    expect(code, output).toBe(0);
  });
});
