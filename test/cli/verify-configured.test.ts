/** `mortise verify` without a path: all that a configuration names; and with a directory: the libraries in it. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyDocument } from '../../src/cli/json/shapes.js';
import { verify } from '../../src/index.js';
import { call } from './call.js';
import { chain, directory, directoryOf, firewall, splitter } from './plugins.js';

async function verified(argv: string[], cwd: string) {
  const { code, stdout } = await call(['verify', '--json', ...argv], { cwd });
  return { code, ...verifyDocument.parse(JSON.parse(stdout)) };
}

describe('a configuration', () => {
  it('has its plugins checked in its order, from the working directory or by name', async () => {
    const cwd = directoryOf({ 'mortise.toml': chain });
    const here = await verified([], cwd);
    expect(here.code).toBe(0);
    expect(here.plugins.map(({ path }) => path)).toEqual([firewall, splitter]);
    const { plugins } = await verified(['-c', join(cwd, 'mortise.toml')], directory());
    expect(plugins).toEqual(here.plugins);
  });

  it('that names nothing does not pass', async () => {
    const cwd = directoryOf({ 'mortise.toml': '' });
    const { code, stderr } = await call(['verify'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`${join(cwd, 'mortise.toml')} names no plugin, and its sources have none`);
    expect(stderr).toContain('MORTISE_ERR_USAGE');
  });

  it('has nothing run', async () => {
    const root = directory();
    const mark = join(root, 'ran');
    const path = join(root, 'marks.so');
    const source = `__attribute__((constructor)) static void mark(void) { fclose(fopen("${mark}", "w")); }`;
    writeFileSync(
      join(root, 'marks.c'),
      `#include <stdio.h>\n${source}\nint module_init(void) { return 0; }\n`,
    );
    execFileSync('cc', ['-shared', '-fPIC', '-o', path, join(root, 'marks.c')]);
    const cwd = directoryOf({ 'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(path)}` });
    expect((await verified([], cwd)).plugins).toMatchObject([{ path }]);
    expect(existsSync(mark)).toBe(false);
    // The mark is a good one.
    expect(() =>
      execFileSync(process.execPath, ['-e', `process.dlopen({ exports: {} }, ${JSON.stringify(path)})`], {
        stdio: 'ignore',
      }),
    ).toThrow(); // not an addon
    expect(existsSync(mark)).toBe(true);
  });

  it('has a name that leads nowhere told among the others', async () => {
    const cwd = directoryOf({
      'mortise.toml': `[[plugins]]\nname = "./nothing"\n[[plugins]]\nname = ${JSON.stringify(firewall)}`,
    });
    const { code, plugins, summary } = await verified([], cwd);
    expect(code).toBe(2);
    expect(plugins.map(({ path, status, checks }) => [path, status, checks[0]?.code])).toEqual([
      [join(cwd, 'nothing'), 'fail', 'MORTISE_ERR_FILE_MISSING'],
      [firewall, 'ok', undefined],
    ]);
    expect(summary).toEqual({ plugins: 2, passed: 1, warned: 0, failed: 1 });
  });

  it('has the bundles of its sources checked, also those that are broken', async () => {
    const cwd = directoryOf({
      'mortise.toml': '[sources]\nexternal = ["plugins"]\nunsigned = ["panel"]',
      'plugins/panel/plugin.json': JSON.stringify({ id: 'panel', type: 'panel', name: 'Panel' }),
      'plugins/broken/plugin.json': '{',
    });
    const { code, plugins } = await verified([], cwd);
    expect(code).toBeGreaterThan(0);
    expect(plugins.map(({ bundle }) => bundle?.id).sort()).toEqual(['panel', undefined]);
  });

  it('must be there where no path is', async () => {
    const { code, stderr } = await call(['verify'], { cwd: directory() });
    expect(code).toBe(2);
    expect(stderr).toContain('Name files to check, or a configuration with -c');
  });

  it('is what the function checks where it gets no path', async () => {
    const cwd = directoryOf({ 'mortise.toml': chain });
    const reports = await verify([], { config: join(cwd, 'mortise.toml') });
    expect(reports.map(({ path, status }) => [path, status])).toEqual([
      [firewall, 'ok'],
      [splitter, 'ok'],
    ]);
  });
});

describe('a directory', () => {
  it('stands for the libraries in it', async () => {
    const cwd = directoryOf({ 'plugins/README.md': 'Not one.' });
    for (const path of [firewall, splitter])
      copyFileSync(path, join(cwd, 'plugins', relative(join(path, '..'), path)));
    const { code, plugins } = await verified(['plugins'], cwd);
    expect(code).toBe(0);
    expect(plugins.map(({ path, status }) => [path, status])).toEqual([
      ['plugins/libquery_firewall.so', 'ok'],
      ['plugins/libread_splitter.so', 'ok'],
    ]);
  });
});

describe('--quiet', () => {
  it('shows only what failed or was warned about', async () => {
    const cwd = directoryOf({ 'text.so': 'text' });
    const { code, stdout } = await call(['verify', '-q', firewall, 'text.so', splitter], { cwd });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^text\.so/);
    expect(stdout).not.toContain('ok  ');
    expect(lines.at(-1)).toMatch(/^3 plugins, 1 refused; \d+ checks: 1 failed, /);
    expect(await call(['verify', '-q', firewall], { cwd })).toMatchObject({
      stdout: expect.stringMatching(/^1 plugin: \d+ ok.*\n$/),
    });
  });
});
