import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cargo, exportsOf, missingTools, moduleInfoOf, root, titled } from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo', 'nm') : ['ELF'];
const library = join(root, 'target/release/librust_tenant_router.so');

describe.skipIf(missing.length > 0)(titled('what the macros write into the file', missing), () => {
  beforeAll(async () => {
    const { code, output } = await cargo(['build', '--release', '-p', 'rust-tenant-router']);
    expect(code, output).toBe(0);
  }, 1_800_000);

  it('the identity', () => {
    const rustc = spawnSync('rustc', ['--version'], { cwd: root, encoding: 'utf8' }).stdout.trim();
    expect(moduleInfoOf(library)).toEqual({
      size: 296,
      abi: '1.0',
      toolchain: rustc,
      name: 'rust_tenant_router',
      version: '0.1.0',
      parser: '',
      flags: 0,
    });
  });

  it('the exports: entry points, constants, cells, and nothing else', () => {
    expect(exportsOf(library)).toEqual({
      module_info: 'R',
      module_host: 'B',
      module_init: 'T',
      module_route: 'T',
      module_requires_mortise_log: 'R',
      module_requires_mortise_sql: 'R',
      mortise_log_service: 'D',
      mortise_sql_service: 'D',
    });
  });

  it('the requirements', () => {
    const file = readFileSync(library);
    const words = (name: string) => {
      const at = file.indexOf(`${name}\0`) - 16;
      return [0, 4, 8, 12].map((offset) => file.readUInt32LE(at + offset));
    };
    expect(words('mortise.log')).toEqual([336, 0x1_0000, 0, 0]);
    expect(words('mortise.sql')).toEqual([468, 0x1_0000, 0, 0]);
  });
});
