/** What the operating system allows. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../../loader/record.js';

/** Private copies of plugins go to the temporary directory, which must allow running what lies in it. */
export function checkTemporary(): CheckResult[] {
  const remedy =
    'Set TMPDIR, or private_directory in [host], to a directory on a file system mounted without noexec.';
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'mortise-doctor-'));
    const isAllowed = process.platform === 'win32' || runsIn(folder);
    if (isAllowed) return [{ id: 'temporary', status: 'ok', message: `${tmpdir()} can hold plugins` }];
    return [
      { id: 'temporary', status: 'fail', message: `${tmpdir()} does not allow execution (noexec)`, remedy },
    ];
  } catch (error) {
    const message = `${tmpdir()} cannot be written: ${(error as Error).message}`;
    return [{ id: 'temporary', status: 'fail', message, remedy }];
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** A mount that refuses scripts refuses libraries as well; asking is surer than reading mount tables. */
function runsIn(folder: string): boolean {
  const script = join(folder, 'try');
  writeFileSync(script, '#!/bin/sh\nexit 0\n', { mode: 0o700 });
  const { error } = spawnSync(script);
  return (error as NodeJS.ErrnoException | undefined)?.code !== 'EACCES';
}

/** Where a crash of an isolated plugin, or of one that `verify --load` tries, would leave its core. */
export function checkCores(): CheckResult[] {
  if (process.platform !== 'linux') return [];
  let pattern: string;
  try {
    pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  } catch {
    return [];
  }
  const place = pattern.startsWith('|')
    ? `handed to ${pattern.slice(1).split(' ')[0]}`
    : `written as ${pattern}`;
  return [{ id: 'cores', status: 'ok', message: `core dumps are ${place}` }];
}
