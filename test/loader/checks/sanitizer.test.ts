/** A plugin that was built with AddressSanitizer: refused, and of use once its runtime comes first. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Host, verify } from '../../../src/index.js';
import { canSanitize } from '../../headers/compilers.js';

const root = mkdtempSync(join(tmpdir(), 'mortise-sanitizer-'));
afterAll(() => rmSync(root, { recursive: true }));
const library = join(root, 'libchecked.so');
const source = `#include <mortise/mortise.h>
#include <stdlib.h>
MORTISE_MODULE(.name = "checked", .version = "1.0.0")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  volatile char *bytes = malloc(4);
  (void)error;
  bytes[mortise_config_u64(host, "at", 0)] = 1;
  return MORTISE_OK;
}
`;

describe.skipIf(!canSanitize())('a plugin with AddressSanitizer (needs gcc with libasan)', () => {
  execFileSync(
    'gcc',
    ['-g', '-fsanitize=address', '-fPIC', '-shared', '-Iinclude', '-x', 'c', '-', '-o', library],
    {
      input: source,
    },
  );

  it('is refused by verify and by a host, which goes on', async () => {
    const { status, checks } = await verify(library);
    expect(status).toBe('fail');
    expect(checks.find(({ id }) => id === 'sanitizer')).toMatchObject({
      code: 'MORTISE_ERR_SANITIZER',
      remedy: expect.stringContaining('LD_PRELOAD'),
    });
    const host = await Host.open({ plugins: [library], log: () => {} });
    expect([...host.plugins][0]?.state).toBe('rejected');
    await host.close();
  });

  it('finds a mistake under LD_PRELOAD, as docs/sanitizers.md has it', { timeout: 120_000 }, () => {
    const script = join(root, 'run.mjs');
    writeFileSync(
      script,
      `import { Host } from ${JSON.stringify(resolve('dist/mortise.js'))};
const host = await Host.open({ plugins: [{ name: ${JSON.stringify(library)}, config: { at: Number(process.argv[2]) } }] });
console.log([...host.plugins].map(({ state }) => state).join());
await host.close();`,
    );
    const runtime = execFileSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
    const env = { ...process.env, LD_PRELOAD: runtime, ASAN_OPTIONS: 'detect_leaks=0' };
    const run = (at: number) => spawnSync(process.execPath, [script, String(at)], { env, encoding: 'utf8' });
    expect(run(3).stdout).toBe('ready\n');
    const found = run(4);
    expect(found.status).not.toBe(0);
    expect(found.stderr).toContain('heap-buffer-overflow');
    expect(found.stderr).toContain('module_init');
  });
});
