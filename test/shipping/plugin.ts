/** A plugin's directory to ship, made by the compiler. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mortise-shipping-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const key = `linux-${process.arch}`;

/** @returns the directory of its plugin.json */
export function plugin(version: string, json: object = {}, name = 'shipped'): string {
  const path = join(directory(), name);
  mkdirSync(path);
  compile(path, `lib${name}.so`, name, version);
  writeFileSync(
    join(path, 'plugin.json'),
    JSON.stringify({ name, version, license: 'MIT', library: { [key]: `lib${name}.so` }, ...json }),
  );
  return path;
}

export function compile(folder: string, output: string, name: string, version: string): void {
  const source = `#include <mortise/mortise.h>
#include <stdlib.h>
MORTISE_MODULE(.name = "${name}", .version = "${version}")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host;
  (void)error;
  return getenv("SHIPPED_FAILS") != NULL;
}
`;
  const flags = ['-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', `-I${resolve('include')}`];
  execFileSync('cc', [...flags, '-x', 'c', '-', '-o', join(folder, output)], { input: source });
}
