/**
 * Opens and closes hosts one after the other, each with a plugin that fills its log, and tells what each leaves.
 * Prints one line of JSON.
 *
 * usage: node --expose-gc memory.mjs COUNT PLUGIN DIRECTORY
 */
import { readFileSync } from 'node:fs';
import { Host } from '../../dist/index.js';

/** A log alone, kept, would be 512 KiB. */
const mostBytes = 40 * 1024;

const [count, plugin, privateDirectory] = process.argv.slice(2);

/** Resident, in bytes, beside what files are mapped to: a plugin's code stays until the process ends. */
function resident() {
  let bytes = 0;
  let ofFile = false;
  for (const line of readFileSync('/proc/self/smaps', 'utf8').split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) ofFile = line.includes(' /');
    else if (!ofFile && line.startsWith('Rss:')) bytes += Number.parseInt(line.slice(4), 10) * 1024;
  }
  return bytes;
}

async function openAndClose() {
  const host = await Host.open({ plugins: [plugin], privateDirectory, log() {} });
  if ([...host.plugins][0]?.state !== 'ready') throw new Error('the plugin is not ready');
  await host.close();
}

/** What is garbage doesn't count, nor what the first hosts make for all. */
async function settled() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc();
    await new Promise((done) => setTimeout(done, 20));
  }
  return resident();
}

const warm = 300;
for (let n = 0; n < warm; n++) await openAndClose();
const before = await settled();
for (let n = 0; n < Number(count); n++) await openAndClose();
const each = Math.round(((await settled()) - before) / Number(count));
console.log(JSON.stringify({ hosts: Number(count), bytesEach: each, errors: {} }));
process.exitCode = each > mostBytes ? 1 : 0;
