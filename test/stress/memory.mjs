/**
 * Opens and closes hosts one after the other, each with a plugin that fills its log, and tells what each leaves.
 * Prints one line of JSON.
 *
 * usage: node --expose-gc memory.mjs COUNT PLUGIN DIRECTORY
 */
import { execFileSync } from 'node:child_process';
import { Host } from '../../dist/index.js';

/** A log alone, kept, would be 512 KiB. */
const mostBytes = 16 * 1024;

const [count, plugin, privateDirectory] = process.argv.slice(2);

/**
 * Resident, in bytes, beside what files are mapped to: a plugin's code stays until the process ends. Another process
 * reads it: five lines of a megabyte for each host that there was would be the larger part of what is measured.
 */
function resident() {
  const sum =
    '/^[0-9a-f]+-[0-9a-f]+ / { ofFile = / \\//; next } /^Rss:/ && !ofFile { kib += $2 } END { print kib }';
  return Number(execFileSync('awk', [sum, `/proc/${process.pid}/smaps`], { encoding: 'utf8' })) * 1024;
}

async function openAndClose() {
  const host = await Host.open({ plugins: [plugin], privateDirectory, log() {} });
  if ([...host.plugins][0]?.state !== 'ready') throw new Error('the plugin is not ready');
  await host.close();
}

async function settled() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc();
    await new Promise((done) => setTimeout(done, 20));
  }
  return resident();
}

/** Garbage doesn't count, nor what malloc keeps because much of it once waited at the same time. */
async function many(hosts) {
  for (let n = 1; n <= hosts; n++) {
    await openAndClose();
    if (n % 50 === 0) globalThis.gc();
  }
}

// What the first hosts make for all doesn't count, either.
await many(300);
const before = await settled();
await many(Number(count));
const each = Math.round(((await settled()) - before) / Number(count));
console.log(JSON.stringify({ hosts: Number(count), bytesEach: each, errors: {} }));
process.exitCode = each > mostBytes ? 1 : 0;
