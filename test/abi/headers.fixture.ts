import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type AbiComparison, compareSnapshots } from '../../src/abi/compare/comparison.js';
import { snapshotHeaders } from '../../src/abi/headers.js';
import type { AbiSnapshot } from '../../src/abi/snapshot.js';

export const headers = fileURLToPath(new URL('../../include/mortise', import.meta.url));

const made: string[] = [];
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mortise-abi-test-'));
  made.push(folder);
  return folder;
}

/** An edit of one header: what stands there, and what shall. A header that isn't there is new. */
export type Edit = [file: string, find: string | RegExp, replace: string];

/** A copy of the project's own headers with edits; each must change something, or the test proves nothing. */
export async function edited(...edits: Edit[]): Promise<string> {
  const folder = join(await temporary(), 'mortise');
  await cp(headers, folder, { recursive: true });
  for (const [file, find, replace] of edits) {
    const path = join(folder, file);
    const text = find === '' ? '' : await readFile(path, 'utf8');
    const changed = find === '' ? replace : text.replace(find, replace);
    if (changed === text) throw new Error(`${file} has no ${find}`);
    await writeFile(path, changed);
  }
  return folder;
}

const probe = (text: string) =>
  `#ifndef PROBE_H\n#define PROBE_H\n#include <mortise/abi.h>\n${text}\n#endif\n`;

/** The project's headers beside one more, for what they have no example of. */
export const withProbe = (text: string): Promise<string> => edited(['probe.h', '', probe(text)]);

let committed: Promise<AbiSnapshot> | undefined;
/** The project's headers as they are. */
export function current(): Promise<AbiSnapshot> {
  committed ??= snapshotHeaders(headers);
  return committed;
}

/** From the project's headers to a copy with edits. */
export async function compareEdited(...edits: Edit[]): Promise<AbiComparison> {
  return compareSnapshots(await current(), await snapshotHeaders(await edited(...edits)));
}

/** From one text of the probe header to another. */
export async function compareProbes(before: string, after: string): Promise<AbiComparison> {
  const from = await snapshotHeaders(await withProbe(before));
  return compareSnapshots(from, await snapshotHeaders(await withProbe(after)));
}

/** "major mortise_host.config moved from offset 56 to 64", a line each. */
export const lines = ({ differences }: AbiComparison): string[] =>
  differences.map(({ level, subject, message }) => `${level} ${subject} ${message}`);
