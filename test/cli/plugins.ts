/** Plugins and configurations for the command line's tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const extension = { darwin: 'dylib', win32: 'dll' }[process.platform as string] ?? 'so';

/** Absolute paths of example plugins; `npm run build` makes them. */
export const firewall = resolve(`example-plugins/c-query-firewall/build/libquery_firewall.${extension}`);
export const splitter = resolve(`example-plugins/c-read-splitter/build/libread_splitter.${extension}`);

/** A new directory that goes when the test ends. */
export function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mortise-cli-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** A directory with these files; each key is a path inside it. */
export function directoryOf(files: Record<string, string>): string {
  const root = directory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** A configuration in which the firewall is asked first and the splitter has the last word. */
export const chain = `
[routing]
shards = 4

[[plugins]]
name = ${JSON.stringify(firewall)}
config = { deny = ["drop table"], log = false }

[[plugins]]
name = ${JSON.stringify(splitter)}
aliases = ["splitter"]
`;
