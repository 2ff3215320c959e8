/** mortise-collectd.so: what collectd's plugins are linked to. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPlugin, collectd, lacking, run, scratch } from './parts.js';

const root = resolve(import.meta.dirname, '../../..');
const library = join(root, 'build/Release/mortise-collectd.so');
const hasTools = ['gcc', 'nm'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** The names of a library's symbols. */
function symbols(path: string, kind: '--defined-only' | '--undefined-only'): string[] {
  const lines = run('nm', ['-D', kind, path]).split('\n');
  // With a version it is another library's.
  return lines.flatMap((line) => line.match(/ [A-Za-z] ([^@\s]+)$/)?.[1] ?? []).sort();
}

describe.runIf(process.platform === 'linux' && hasTools)('mortise-collectd.so', () => {
  it('exports what its list names, and nothing else', () => {
    const list = readFileSync(join(root, 'native/collectd/library/symbols.txt'), 'utf8');
    const names = list.split('\n').filter((line) => /^[a-z]/.test(line));
    expect(names.length).toBeGreaterThan(174);
    expect(symbols(library, '--defined-only')).toEqual(names.sort());
  });

  describe.runIf(collectd)(collectd ? "beside Debian's collectd" : lacking, () => {
    const parts = collectd as NonNullable<typeof collectd>;
    const folder = scratch();
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('has all that its plugins ask the daemon for', () => {
      const daemon = new Set(symbols(parts.daemon, '--defined-only'));
      const plugins = readdirSync(parts.plugins).filter((name) => name.endsWith('.so'));
      const wanted = plugins.flatMap((name) =>
        symbols(join(parts.plugins, name), '--undefined-only').filter((symbol) => daemon.has(symbol)),
      );
      expect(plugins.length).toBeGreaterThan(150);
      expect(new Set(wanted).size).toBe(174);
      const own = new Set(symbols(library, '--defined-only'));
      expect([...new Set(wanted)].filter((symbol) => !own.has(symbol))).toEqual([]);
    });

    it('answers what the daemon answers', { timeout: 60_000 }, () => {
      const plugins = join(folder, 'plugins');
      mkdirSync(plugins);
      const probe = join(plugins, 'probe.so');
      buildPlugin(join(import.meta.dirname, 'probe.c'), probe, parts.include);
      const open = join(folder, 'open');
      run('gcc', ['-o', open, join(import.meta.dirname, 'open.c'), '-ldl']);
      const configuration = join(folder, 'collectd.conf');
      writeFileSync(
        configuration,
        `Hostname "h"\nPluginDir "${plugins}"\nTypesDB "${parts.types}"\nBaseDir "${folder}"\nLoadPlugin probe\n`,
      );
      const answers = (name: string, program: string, options: string[]) => {
        mkdirSync(join(folder, name, 'files'), { recursive: true });
        const out = join(folder, name, 'answers');
        run(program, options, {
          PROBE_OUT: out,
          PROBE_DIRECTORY: join(folder, name, 'files'),
          TZ: 'Asia/Kolkata',
        });
        return readFileSync(out, 'utf8').split('\n');
      };
      const theirs = answers('theirs', parts.daemon, ['-T', '-f', '-C', configuration]);
      expect(theirs.length).toBeGreaterThan(400);
      expect(answers('ours', open, [library, probe])).toEqual(theirs);
    });
  });
});
