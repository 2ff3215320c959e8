import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { servicesOf } from '../../../src/services/serve/load.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-load-'));
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('a module that waits for what never comes is given up', async () => {
  const path = join(folder, 'hangs.mjs');
  writeFileSync(path, 'await new Promise(() => {});');
  vi.useFakeTimers();
  const answer = servicesOf(path).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(await Promise.race([answer, 'still waits'])).toBe('still waits');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await answer).toMatchObject({
    code: 'MORTISE_ERR_SERVICE_FILE',
    subject: path,
    found: 'it had not finished after 30 s',
  });
});
