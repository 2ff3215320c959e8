// Two builds in one checkout would write the same files: the second waits for the first.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !take(path); await sleep(100)) {
    if (!told) process.stderr.write('Waiting for another build in this folder to end.\n');
    told = true;
  }
  // A signal during `work` leaves the file behind; the next build sees that its owner is gone.
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(owner(path))) rmSync(path, { force: true });
  return false;
}

function owner(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return Number.NaN; // removed meanwhile: free
  }
}

function isAlive(pid) {
  // Empty for an instant, between being made and being filled in.
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
