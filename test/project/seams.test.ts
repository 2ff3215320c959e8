/** A new family and a new purpose are each a file and a line in a list: nothing else of the source changes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'mortise-seams-'));
afterAll(() => rmSync(root, { recursive: true }));
const file = (...parts: string[]) => join(root, ...parts);
const plugin = file('greeter.so');
const config = file('toys.toml');

/** Adds `name` to the list that `path` exports. */
function addLine(path: string, name: string, from: string): void {
  const text = readFileSync(file(path), 'utf8');
  const changed = text.replace(/(readonly \w+(?:<any>)?\[\] = \[)/, `$1${name}, `);
  expect(changed).not.toBe(text);
  writeFileSync(file(path), `import { ${name} } from '${from}';\n${changed}`);
}

const compile = () => {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc], { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  const source = "import('./scripts/bundle.mjs').then(({ bundle }) => bundle())";
  execFileSync(process.execPath, ['-e', source], { cwd: root });
};
const mortise = (...args: string[]) =>
  spawnSync(process.execPath, [file('dist/cli.js'), ...args], { cwd: root, encoding: 'utf8' });

beforeAll(() => {
  for (const name of ['src', 'scripts', 'tsconfig.json', 'package.json'])
    cpSync(name, file(name), { recursive: true });
  for (const name of ['node_modules', 'build', 'include']) symlinkSync(resolve(name), file(name));
  const flags = ['-shared', '-fPIC', '-fvisibility=hidden'];
  execFileSync('cc', [...flags, '-o', plugin, 'test/project/toys/plugin.c']);
  execFileSync('chmod', ['755', plugin]);
  writeFileSync(config, '[greeting]\nhow_often = 3\n\n[[plugins]]\nname = "./greeter.so"\n');
});

describe('a toy family and a toy purpose', () => {
  beforeAll(() => {
    mkdirSync(file('src/dialects/toy'));
    cpSync('test/project/toys/dialect.ts', file('src/dialects/toy/index.ts'));
    cpSync('test/project/toys/capability.ts', file('src/capabilities/greeting.ts'));
    addLine('src/dialects/index.ts', 'toy', './toy/index.js');
    addLine('src/capabilities/index.ts', 'Greeting', './greeting.js');
    compile();
  }, 120_000);

  it('are verified, in their own words', () => {
    const { stdout, status } = mortise('verify', '--load', plugin);
    expect(stdout).toMatch(/ok +dialect +toy\n/);
    expect(stdout).toMatch(/ok +init +toy_start\n +ok +fini +toy_end\n/);
    expect(stdout).not.toContain('module_');
    expect(status).toBe(0);
  }, 60_000);

  it('are listed', () => {
    const { stdout } = mortise('list', '-c', config);
    expect(stdout).toMatch(/ready +greeter +1\.0\.0 +toy/);
  });

  it('are configured from mortise.toml, called, and ended', () => {
    const url = (path: string) => JSON.stringify(pathToFileURL(file('dist', path)).href);
    const script = `
      import { Host } from ${url('index.js')};
      import { Greeting } from ${url('capabilities/greeting.js')};
      const steps = [];
      const host = await Host.open({
        config: ${JSON.stringify(config)},
        onStep: (plugin, { name, entry }) => steps.push([plugin.name, name, entry]),
      });
      const all = host.capability(Greeting).all();
      await host.close();
      console.log(JSON.stringify({ all, steps }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      all: [{ plugin: 'greeter', answer: 30 }],
      steps: [
        ['greeter', 'load', null],
        ['greeter', 'init', 'toy_start'],
        ['greeter', 'fini', 'toy_end'],
      ],
    });
  });

  it('have their keys checked', () => {
    writeFileSync(file('bad.toml'), '[greeting]\nhow_oftn = 3\n');
    expect(mortise('list', '-c', 'bad.toml').stderr).toContain('Did you mean "how_often"?');
  });
});

describe('without them', () => {
  beforeAll(() => {
    rmSync(file('src'), { recursive: true });
    rmSync(file('dist'), { recursive: true });
    cpSync('src', file('src'), { recursive: true });
    compile();
  }, 120_000);

  it('nothing is left of them', () => {
    expect(mortise('verify', plugin).stdout).toContain('MORTISE_ERR_NOT_A_PLUGIN');
    expect(mortise('list', '-c', config).stderr).toContain('unknown section "greeting"');
  });
});
