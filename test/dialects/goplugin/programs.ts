/** Real programs, built by `npm run go-plugins`, and programs of the tests' own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe } from 'vitest';
import type { LaunchOptions } from '../../../src/dialects/goplugin/options.js';
import { builtPrograms } from './built.js';

/** A suite that needs a program; skipped, and named so, where it isn't built. */
export function describeWith(name: string, title: string, suite: (path: string) => void): void {
  const path = builtPrograms[name];
  if (path !== undefined) describe(title, () => suite(path));
  else describe.skip(`${title} (skipped: ${name} is not built; run npm run go-plugins)`, () => suite(''));
}

/** An empty directory until the file's tests have run. */
export function workDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mortise-programs-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What go-plugin's examples ask for. */
export const example = { cookie: { BASIC_PLUGIN: 'hello' } };

/** A program in JavaScript, which is started as any other. */
export function script(code: string): Pick<LaunchOptions, 'path' | 'args' | 'cookie'> {
  return { path: process.execPath, args: ['-e', code], ...example };
}

/** `served.mjs`: a go-plugin program in JavaScript, whose services a test chooses by name. */
export function servedProgram(what: string): Pick<LaunchOptions, 'path' | 'args' | 'cookie'> {
  return { path: process.execPath, args: [resolve('test/dialects/goplugin/served.mjs'), what], ...example };
}
