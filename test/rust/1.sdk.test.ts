import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cargo, missingCrates, missingTools, root, titled } from './cargo.js';

// What the features bring comes from the registry; no plugin needs it that has none of them.
const missing = missingTools('cargo').concat(missingCrates());
/** But for `tree`, which takes minutes: 9.tree.test.ts. */
const quick = '--features=mortise/log,mortise/serde,mortise/tracing';
const timeout = 1_800_000;
const sdk = (args: string[], env: Record<string, string> = {}) =>
  cargo(args, { cwd: join(root, 'rust'), env: { CARGO_TARGET_DIR: join(root, 'target'), ...env } });

describe.skipIf(missing.length > 0)(titled('the Rust SDK', missing), () => {
  it('is formatted', { timeout }, async () => {
    const { code, output } = await sdk(['fmt', '--all', '--check']);
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  it('has nothing that clippy would change', { timeout }, async () => {
    for (const features of [quick, '--no-default-features']) {
      const lint = ['clippy', '--all-targets', '--quiet', features, '--', '-D', 'warnings'];
      expect(await sdk(lint)).toEqual({ code: 0, output: '' });
    }
  });

  it('passes its own tests, doctests included', { timeout }, async () => {
    const { code, output } = await sdk(['test', quick]);
    expect(code, output).toBe(0);
    const suites = ['entries/main.rs', 'layout.rs', 'features/main.rs', 'lock.rs', 'Doc-tests mortise'];
    for (const suite of suites) expect(output).toContain(suite);
    const passed = [...output.matchAll(/test result: ok\. (\d+) passed/g)].map((match) => Number(match[1]));
    expect(passed.reduce((sum, count) => sum + count)).toBeGreaterThan(40);
  });

  it('packs what says what it is, and under which licence', async () => {
    for (const crate of ['mortise', 'mortise-build', 'mortise-macros']) {
      const { code, output } = await sdk(['package', '--list', '--allow-dirty', '-p', crate]);
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
      const { code, output } = await sdk(['test', '-p', 'mortise', '--test', 'layout', '--', '--nocapture']);
      expect(code, output).toBe(0);
      // cargo also passes the test without a compiler, and then prints no count.
      expect(Number(/(\d+) facts agree/.exec(output)?.[1])).toBeGreaterThan(130);
      expect(output).not.toContain('skipped:');
    },
  );

  it('has documentation without a warning', { timeout }, async () => {
    const { code, output } = await sdk(['doc', '--no-deps', '--workspace', quick], {
      RUSTDOCFLAGS: '-D warnings',
    });
    expect(code, output).toBe(0);
  });
});

const noCargo = missingTools('cargo');
describe.skipIf(noCargo.length > 0)(titled('the example plugins in Rust', noCargo), () => {
  it('pass their own tests, without a registry', { timeout }, async () => {
    const { code, output } = await cargo(['test', '--locked'], {
      env: { CARGO_HTTP_PROXY: 'http://127.0.0.1:9' },
    });
    expect(code, output).toBe(0);
    expect(output).toContain('rust_tenant_router-');
    const linted = await cargo(['clippy', '--all-targets', '--quiet', '--', '-D', 'warnings']);
    expect(linted).toEqual({ code: 0, output: '' });
  });

  it('need no crate but the SDK', () => {
    const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
    expect(lock).toContain('name = "mortise"');
    expect(lock).not.toContain('registry');
  });
});
