/** Answers of any length, records and handles, while the address sanitizer watches both sides. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as mortise from '../../../src/index.js';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, scratch } from '../serve/typescript.build.js';
// @ts-expect-error plain JavaScript: it also runs beside the built package
import { define } from './kinds-service.mjs';
import { environment, flag, sanitizedPackage, sanitizer } from './sanitized.js';

const library = sanitizer();
const missing = [
  ...(process.platform === 'linux' ? missingTools('cc') : ['ELF']),
  ...(library ? [] : ['g++ with the address sanitizer, cmake and flock']),
];

it.skipIf(missing.length > 0)(
  titled('nothing touches memory that isn’t theirs', missing),
  () => {
    const { path, remove } = scratch();
    const root = sanitizedPackage();
    try {
      const plugin = buildC('../misuse/kinds.c', [define(mortise)], path, 'c', 'kinds', [flag]);
      const run = spawnSync(process.execPath, [join(import.meta.dirname, 'kinds-scenes.mjs'), root, plugin], {
        encoding: 'utf8',
        env: { ...process.env, ...environment(library as string) },
      });
      expect(run.stderr).toBe('');
      expect(run).toMatchObject({ status: 0, signal: null });
      const failed = 'MORTISE_ERR_SERVICE_FAILED';
      expect(JSON.parse(run.stdout)).toEqual({
        answers: [0, 1, 1023, 1024, 1025, 100_000].map((size) => [size, size, size, failed, failed, size]),
        pooled: true,
        record: { swapped: { first: 4, second: 3 } },
        getter: 'MORTISE_ERR_SERVICE_HANDLE',
        handles: ['MORTISE_ERR_SERVICE_HANDLE'],
        live: 0,
        late: Array(50).fill(false),
      });
    } finally {
      remove();
      rmSync(root, { recursive: true, force: true });
    }
  },
  1_800_000,
);
