/** Why the addon can't be loaded, told apart, each with its own remedy. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addonProblem } from '../../src/native/addon.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-addon-'));
afterAll(() => rmSync(folder, { recursive: true }));
const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
const esbuild = resolve('node_modules/.bin/esbuild');
const opening = "import { Host } from 'mortise'; await Host.open();";
writeFileSync(join(folder, 'package.json'), '{ "name": "application", "type": "module" }');

describe('MORTISE_ERR_ADDON', () => {
  it('says that addons are forbidden', () => {
    const script = opening.replace("'mortise'", `'${resolve('dist/mortise.js')}'`);
    const { stderr, status } = node('--no-addons', '--input-type=module', '-e', script);
    expect(stderr).toContain('Start Node.js without --no-addons.');
    expect(status).toBe(1);
  });

  it('says that a bundler moved the code, and how to keep it out', () => {
    writeFileSync(join(folder, 'app.js'), opening.replace("'mortise'", `'${resolve('dist/mortise.js')}'`));
    const common = ['app.js', '--bundle', '--platform=node', '--format=esm', '--external:koffi'];
    execFileSync(esbuild, [...common, '--outfile=out/app.js'], { cwd: folder, stdio: 'pipe' });
    const { stderr } = node('out/app.js');
    expect(stderr).toContain('a bundler has moved mortise away from its addon');
    expect(stderr).toContain('--external:mortise');
  });

  it('is not there for a bundle without mortise, as docs/embed.md says', () => {
    writeFileSync(join(folder, 'own.js'), `${opening} console.log('opened');`);
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(resolve('.'), join(folder, 'node_modules', 'mortise'), 'junction');
    const common = ['own.js', '--bundle', '--platform=node', '--format=esm', '--external:mortise'];
    execFileSync(esbuild, [...common, '--outfile=out/own.js'], { cwd: folder, stdio: 'pipe' });
    expect(readFileSync(join(folder, 'out/own.js'), 'utf8')).toContain('from "mortise"');
    expect(node('out/own.js')).toMatchObject({ stderr: '', stdout: 'opened\n', status: 0 });
  });

  it('says which C library is needed', () => {
    const cause = new Error("/lib/libc.so.6: version `GLIBC_2.38' not found (required by mortise.node)");
    expect(addonProblem(cause, 'linux-x64', false)).toMatchObject({
      expected: 'GLIBC_2.38',
      remedy: expect.stringContaining('newer system'),
    });
  });

  it('says that there are no more file descriptors', () => {
    const script = `
      import { Host } from ${JSON.stringify(resolve('dist/mortise.js'))};
      import { openSync } from 'node:fs';
      try {
        for (;;) openSync('/dev/null');
      } catch {}
      await Host.open();`;
    const args = [
      '-c',
      'ulimit -n 40; exec "$0" "$@"',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ];
    const { stderr } = spawnSync('sh', args, { encoding: 'utf8' });
    expect(stderr).toContain('raise the limit on open files: ulimit -n');
  });

  it('says which package is missing', () => {
    expect(addonProblem(undefined, 'linux-riscv64', false)).toMatchObject({
      message: 'there is no native addon for linux-riscv64',
      remedy: expect.stringContaining('--omit=optional'),
    });
  });
});
