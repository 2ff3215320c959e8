/** What a host says of itself once it is open, and what an uncaught error looks like. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { Host, type LogLine, MortiseError } from '../../src/index.js';
import { build } from '../support/plugins/build.js';
import { directory, good, open } from './open.js';

const trace = (name: string) => build('trace.c', { define: { NAME: name } });

describe('a host that has just opened', () => {
  const opened = async (options: Parameters<typeof open>[0]) => {
    const lines: LogLine[] = [];
    await open({ announce: true, log: (line) => lines.push(line), ...options });
    return lines.map(({ plugin, severity, message }) => [plugin, severity, message]);
  };

  it('says why a plugin is not ready', async () => {
    expect(await opened({ plugins: ['./none', good()] })).toEqual([
      ['./none', 'error', expect.stringMatching(/^MORTISE_ERR_FILE_MISSING: there is no such file\. Check/)],
    ]);
  });

  it('says what was warned about', async () => {
    expect(await opened({ plugins: [{ ...good(), config: { taget: 1 } }] })).toEqual([
      [
        'good',
        'warning',
        expect.stringMatching(/^MORTISE_WARN_CONFIG_UNUSED: good never asked for taget\. /),
      ],
    ]);
  });

  it('cleans what comes from outside', async () => {
    const [[plugin] = []] = await opened({ plugins: ['./\u001b[2J'] });
    expect(plugin).toBe('./\\x1b[2J');
  });

  it('says it on stderr when there is no log', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const host = await Host.open({ plugins: ['./none'], cwd: directory() });
    const said = write.mock.calls.map(([text]) => String(text)).join('');
    write.mockRestore();
    await host.close();
    expect(said).toMatch(/ error \.\/none: MORTISE_ERR_FILE_MISSING: /);
  });

  it('says nothing when it is told so', async () => {
    expect(await opened({ announce: false, plugins: ['./none'] })).toEqual([]);
  });
});

describe('what can be shown', () => {
  it('is a registry, and each plugin of it', async () => {
    const host = await open({ plugins: [trace('shown'), './none'] });
    const [shown, none] = host.plugins;
    expect(inspect(host.plugins)).toMatch(/^Registry \[\n {2}Plugin \{\n {4}name: 'shown',\n {4}version: '1/);
    expect(inspect(none)).toContain('MORTISE_ERR_FILE_MISSING');
    expect(inspect(shown)).not.toContain('undefined');
    expect(JSON.parse(JSON.stringify(host.plugins))).toEqual(JSON.parse(JSON.stringify([shown, none])));
    expect(JSON.parse(JSON.stringify(shown))).toMatchObject({ name: 'shown', state: 'ready', errors: [] });
  });

  it('is an error, each fact once', () => {
    const error = new MortiseError({
      code: 'MORTISE_ERR_QUERY',
      message: 'the query has no SQL',
      where: 'sql',
      remedy: 'Give it some.',
    });
    const text = inspect(error);
    for (const fact of ['MORTISE_ERR_QUERY', 'the query has no SQL', 'Give it some.']) {
      expect(text.split(fact)).toHaveLength(2);
    }
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'MORTISE_ERR_QUERY', where: 'sql' });
  });
});

it('an uncaught error arrives whole through a pipe, without minified code', () => {
  const script = `import { Host } from ${JSON.stringify(join(process.cwd(), 'dist/mortise.js'))};
    await Host.open({ privateDirectory: '/nowhere' });`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(run.status).toBe(1);
  expect(run.stderr.length).toBeLessThan(3000);
  expect(Math.max(...run.stderr.split('\n').map((line) => line.length))).toBeLessThan(300);
  expect(run.stderr).toMatch(
    /MORTISE_ERR_COPY_FAILED: the private.*\n {2}where {5}\/nowhere\n {2}fix {7}Create it/,
  );
  expect(run.stderr.split('Create it, or set privateDirectory')).toHaveLength(2);
  expect(run.stderr).not.toContain('_Host');
});
