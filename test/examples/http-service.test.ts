import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../cli/call.js';
import { cargo, missingTools, titled } from '../rust/cargo.js';

const missing = process.platform === 'linux' ? missingTools('cc', 'make', 'cargo') : ['ELF'];
const example = resolve('examples/http-service');

interface App {
  listen(options: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}
interface Price {
  before: number;
  cents: number;
  rules: { name: string; cents?: number; error?: string }[];
}

describe.skipIf(missing.length > 0)(titled('examples/http-service', missing), () => {
  let folder: string;
  let app: App | undefined;
  let url: string;

  beforeAll(async () => {
    const plugins = join(example, 'plugins');
    execFileSync('make', ['-C', join(plugins, 'bulk_discount')], { stdio: 'pipe' });
    const { code, output } = await cargo(['build', '--release', '--locked'], {
      cwd: join(plugins, 'loyal_customer'),
    });
    expect(code, output).toBe(0);
    mkdirSync('.cache', { recursive: true });
    folder = mkdtempSync(resolve('.cache/http-service-'));
  }, 300_000);
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Serves with another configuration. */
  async function serve(change: (toml: string) => string = (toml) => toml): Promise<void> {
    await app?.close();
    const toml = readFileSync(join(example, 'mortise.toml'), 'utf8').replaceAll(
      '"plugins/',
      `"${example}/plugins/`,
    );
    const config = join(folder, 'mortise.toml');
    writeFileSync(config, change(toml));
    const { buildServer } = (await import(pathToFileURL(join(example, 'server.js')).href)) as {
      buildServer: (options: object) => Promise<App>;
    };
    app = await buildServer({ config });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  }

  async function price(customer: string, quantity: number, cents = 1000): Promise<Price> {
    const response = await fetch(`${url}/price`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer, items: [{ sku: 'tea', quantity, cents }] }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Price;
  }

  it('every request passes through both rules, in order', async () => {
    await serve();
    expect(await price('ada', 12)).toEqual({
      before: 12_000,
      cents: 11_300,
      rules: [
        { name: 'bulk_discount', cents: -600 },
        { name: 'loyal_customer', cents: -100 },
      ],
    });
    expect((await price('bob', 9)).cents).toBe(9_000);
    expect((await price('grace', 1, 30)).cents).toBe(0);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => price('bob', index + 1)));
    expect(answers.map(({ cents }) => cents)).toEqual(
      answers.map(({ before }, index) => (index + 1 < 10 ? before : before * 0.95)),
    );
  });

  it('the rules pass their own tests', { timeout: 300_000 }, async () => {
    execFileSync('make', ['-C', join(example, 'plugins/bulk_discount'), 'test'], { stdio: 'pipe' });
    const { code, output } = await cargo(['test', '--quiet', '--locked'], {
      cwd: join(example, 'plugins/loyal_customer'),
    });
    expect([code, output]).toEqual([0, expect.stringContaining('1 passed')]);
  });

  it('a bad request reaches no rule', async () => {
    await serve();
    const response = await fetch(`${url}/price`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(400);
  });

  it('rules are replaced, reordered and taken out without touching the service', async () => {
    const half = (toml: string) => toml.replace('percent = 5', 'percent = 50');
    const reversed = (toml: string) => {
      const [head, ...rules] = toml.split('[[plugins]]');
      return [head, ...rules.reverse()].join('[[plugins]]');
    };
    await serve((toml) => reversed(half(toml)));
    expect((await price('ada', 12)).rules.map(({ name, cents }) => [name, cents])).toEqual([
      ['loyal_customer', -100],
      ['bulk_discount', -5_950],
    ]);
    await serve((toml) => toml.slice(0, toml.lastIndexOf('[[plugins]]')));
    expect((await price('ada', 1)).rules).toEqual([{ name: 'bulk_discount', cents: 0 }]);
  });

  it('a rule that cannot start is said, and the others go on', async () => {
    await serve((toml) => toml.replace('percent = 5', 'percent = 101'));
    expect((await price('ada', 12)).rules.map(({ name }) => name)).toEqual(['loyal_customer']);
    const rules = (await (await fetch(`${url}/rules`)).json()) as {
      name: string;
      state: string;
      error?: string;
    }[];
    expect(rules.map(({ name, state }) => [name, state])).toEqual([
      ['bulk_discount', 'failed'],
      ['loyal_customer', 'ready'],
    ]);
    expect(rules[0]?.error).toContain('percent must be at most 100');
  });

  it('the generated files are those of the definition', async () => {
    const { code } = await call(['headers', join(example, 'services.js'), '--out', folder]);
    expect(code).toBe(0);
    const made = (name: string) => readFileSync(join(folder, name), 'utf8');
    const kept = (name: string) => readFileSync(join(example, 'plugins', name), 'utf8');
    expect(kept('bulk_discount/shop_price_rule.h')).toBe(made('shop_price_rule.h'));
    expect(kept('loyal_customer/src/shop_price_rule.rs')).toBe(made('shop_price_rule.rs'));
  });

  it('runs as a program, until it is told to stop', { timeout: 300_000 }, async () => {
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, [join(example, 'server.js')], {
      env: { ...process.env, PORT: '0', NODE_OPTIONS: '', VITEST: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of child.stdout) {
      said += chunk;
      const [, address] = /listening at (http:\S+?)"/.exec(said) ?? [];
      if (!address || child.killed) continue;
      const response = await fetch(`${address}/rules`);
      expect(((await response.json()) as { state: string }[]).map(({ state }) => state)).toEqual([
        'ready',
        'ready',
      ]);
      child.kill('SIGTERM');
    }
    expect(said).toContain('listening');
  });
});
