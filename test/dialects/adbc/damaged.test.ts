/** 2,000 results of a hostile driver, a shared library that a host has as a plugin: none hangs, none ends the process. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directory, open } from '../../host/open.js';

const copies = 2000;

function damaged(): string {
  const path = join(directory(), 'libdamaged.so');
  const flags = ['-std=c11', '-O1', '-shared', '-fPIC', '-fvisibility=hidden', '-Wl,-soname,libdamaged.so'];
  execFileSync('cc', [...flags, resolve('test/dialects/adbc/damaged.c'), '-o', path]);
  return path;
}

// Elsewhere nobody can ask whether memory may be read.
describe.skipIf(process.platform !== 'linux')('a driver with damaged C structs (Linux only)', () => {
  it(`${copies} of them`, async () => {
    const host = await open({ plugins: [damaged()] });
    const [plugin] = host.plugins;
    expect(plugin?.error).toBeUndefined();
    const database = await plugin?.offers.adbc?.open('damaged', { connections: 1 });
    if (!database) throw new Error('it offers nothing');
    expect((await database.rows('0'))[1]).toMatchObject({ 'a name': 1n, 'a name_4': 'b' });
    let [passed, refused] = [0, 0];
    const said = new Set<string>();
    for (let seed = 1; seed <= copies; seed++) {
      try {
        for await (const frame of await database.query(String(seed))) {
          // Undamaged where it counts: values and names may be anything.
          frame.ipc();
          frame.rows();
        }
        passed++;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        if (code !== 'MORTISE_ERR_ADBC_CONTRACT') throw new Error(`${seed}: ${message}`, { cause: error });
        refused++;
        said.add(message.replace(/[\d"-]+/g, '#').slice(0, 80));
      }
    }
    expect(passed).toBeGreaterThan(copies / 20);
    expect(refused).toBeGreaterThan(copies / 4);
    // Not all for the same reason.
    expect(said.size).toBeGreaterThan(20);
    expect(await database.rows('0')).toHaveLength(5);
    await database.close();
  }, 300_000);
});
