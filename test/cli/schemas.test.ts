/** The published schemas are those of the checks, and hold for what commands print. */
import { readdirSync, readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonSchemas } from '../../src/cli/json/schemas.js';
import { topDocument } from '../../src/cli/json/shapes.js';
import { serveInspector } from '../../src/cli/serve/inspect.js';
import { good, open } from '../host/open.js';
import { call } from './call.js';
import { chain, directoryOf, firewall } from './plugins.js';

const published = (name: string) =>
  JSON.parse(readFileSync(`schemas/cli/${name}.schema.json`, 'utf8')) as Record<string, unknown>;
const schemas = jsonSchemas();

it('are published as they are', () => {
  expect(readdirSync('schemas/cli').sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.schema.json`)
      .sort(),
  );
  for (const [name, schema] of Object.entries(schemas))
    expect([name, published(name)]).toEqual([name, JSON.parse(JSON.stringify(schema))]);
});

/** What is wrong with a document; null: nothing. */
function faults(name: string, document: unknown) {
  const validate = new Ajv2020.default({ strict: false, validateFormats: false, allErrors: true }).compile(
    published(name),
  );
  return validate(document) ? null : validate.errors;
}

describe('hold for what is printed', () => {
  const cwd = () => directoryOf({ 'mortise.toml': `${chain}\n[[plugins]]\nname = "./none.so"\n` });
  it.each([
    ['verify', ['verify', firewall, './none.so']],
    ['inspect', ['inspect', firewall]],
    ['inspect', ['inspect', firewall, './none.so']],
    ['list', ['list']],
    ['run', ['run', '--for', '10ms']],
    ['doctor', ['doctor']],
    ['failure', ['list', '-c', 'absent.toml']],
    ['failure', ['verify', '--nonsense']],
  ])('%s: mortise %j', async (name, argv) => {
    const { json } = await call([...argv, '--json'], { cwd: cwd() });
    expect(faults(name, json())).toBeNull();
  });

  it.each([['--json'], ['--json', '--explain']])('route-line: mortise route %j', async (...options) => {
    const { stdout } = await call(['route', '--sql', 'SELECT 1', ...options], {
      cwd: directoryOf({ 'mortise.toml': chain }),
    });
    for (const line of stdout.trim().split('\n')) expect(faults('route-line', JSON.parse(line))).toBeNull();
  });

  it('of lock, new, add and remove', async () => {
    const cwd = directoryOf({ 'mortise.toml': '' });
    const calls = [
      ['new', 'tenant_router', '--lang', 'c'],
      ['add', firewall],
      ['lock'],
      ['remove', 'query_firewall'],
    ];
    for (const argv of calls) {
      const { code, json } = await call([...argv, '--json'], { cwd });
      expect([argv, code, faults(argv[0] as string, json())]).toEqual([argv, 0, null]);
    }
    expect(faults('lock', { schema: 1, path: 'x', plugins: [{}], changes: [] })).not.toBeNull();
  });

  it('top', async () => {
    const host = await open({ observe: true, plugins: [good()] });
    const { address, close } = await serveInspector({ host: '127.0.0.1', port: 0 }, { host });
    onTestFinished(close);
    const { json } = await call(['top', String(address.port), '--json']);
    expect(faults('top', json())).toBeNull();
    topDocument.parse(json());
  });

  it('and refuse another document', () => {
    expect(faults('run', { schema: 1, reason: 'bored' })).not.toBeNull();
    expect(faults('list', { schema: 1, plugins: [{ name: 1 }], summary: {} })).not.toBeNull();
  });
});
