/** What the SDK's features bring, in a plugin that a real host runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigTable, LogLine } from '../../src/index.js';
import { open } from '../host/open.js';
import {
  cargo,
  missingCrates,
  missingTools,
  moduleInfoOf,
  newPlugin,
  root,
  scratchTarget,
  titled,
} from './cargo.js';

const missing = process.platform === 'linux' ? missingTools('cargo').concat(missingCrates()) : ['Linux'];
const timeout = 1_800_000;
const library = join(scratchTarget, 'release/libfeatured.so');

const source = `
use mortise::prelude::*;
use serde::Deserialize;

mortise::plugin!();
mortise::require!(log, 1, 0);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    rows: u32,
}

#[mortise::init]
fn init(host: &Host) -> mortise::Result {
    mortise::install_logger!()?;
    mortise::install_tracing!()?;
    let settings: Settings = host.config().read()?;
    log::warn!("at most {} rows", settings.limits.rows);
    let span = tracing::info_span!("start", rows = settings.limits.rows);
    span.in_scope(|| tracing::error!(tenant = 42, "no tenant"));
    Ok(())
}
`;

async function start(config: ConfigTable) {
  const lines: LogLine[] = [];
  const host = await open({
    plugins: [{ name: library, config }],
    log: (line) => lines.push(line),
  });
  const [plugin] = host.plugins;
  await host.close();
  return { plugin, lines };
}

describe.skipIf(missing.length > 0)(titled('features of the SDK', missing), () => {
  beforeAll(async () => {
    const cwd = newPlugin('featured');
    const manifest = readFileSync(join(cwd, 'Cargo.toml'), 'utf8');
    const features = 'features = ["log", "serde", "tracing"] }\nlog = "0.4"\ntracing = "0.1"\n';
    writeFileSync(
      join(cwd, 'Cargo.toml'),
      manifest.replace(
        /(mortise = \{ path = ".*") \}/,
        `$1, ${features}serde = { version = "1", features = ["derive"] }`,
      ),
    );
    writeFileSync(join(cwd, 'src/lib.rs'), source);
    const env = { CARGO_TARGET_DIR: scratchTarget, RUSTFLAGS: '-D warnings' };
    const { code, output } = await cargo(['build', '--release'], { cwd, env });
    expect(code, output).toBe(0);
    rmSync(cwd, { recursive: true });
  }, timeout);

  it('send records and events of other crates to the log', { timeout }, async () => {
    const { plugin, lines } = await start({ limits: { rows: 7 } });
    expect(plugin?.error).toBeUndefined();
    expect(lines.map(({ severity, message, fields }) => [severity, message, fields])).toEqual([
      ['warning', 'at most 7 rows', { target: 'featured' }],
      ['error', 'no tenant', { tenant: 42, span: 'start{rows=7}', target: 'featured' }],
    ]);
  });

  it.each<[ConfigTable, string, string]>([
    [{}, '', 'missing field `limits`'],
    [{ limits: { rows: 'x' } }, 'limits.rows', 'invalid type: string "x", expected u32'],
    [{ limits: { rows: 1, row: 2 } }, 'limits.row', 'unknown field `row`, expected `rows`'],
  ])('refuse a configuration that does not fit: %j', { timeout }, async (config, path, rule) => {
    const { plugin } = await start(config);
    expect(plugin?.state).toBe('failed');
    const text = `${path || 'the configuration'} must fit: ${rule}`;
    expect(plugin?.error?.problems.map(({ code, message, where }) => [code, message, where])).toEqual([
      path
        ? ['MORTISE_ERR_CONFIG_VALUE', text, `config.${path}`]
        : ['MORTISE_ERR_INIT_FAILED', text, 'module_init of libfeatured.so'],
    ]);
  });
});

const noCargo = process.platform === 'linux' ? missingTools('cargo') : ['Linux'];
it.skipIf(noCargo.length > 0)(
  titled('mortise-build says in the file which pg_query Cargo.lock has', noCargo),
  { timeout },
  async () => {
    const cwd = newPlugin('parsed');
    const manifest = readFileSync(join(cwd, 'Cargo.toml'), 'utf8');
    const build = join(root, 'rust/mortise-build').replaceAll('\\', '/');
    // Of the real crate only the name and the version count.
    const crate = '[package]\nname = "pg_query"\nversion = "6.2.1"\nedition = "2021"\n';
    mkdirSync(join(cwd, 'pg_query/src'), { recursive: true });
    writeFileSync(join(cwd, 'pg_query/Cargo.toml'), crate);
    writeFileSync(join(cwd, 'pg_query/src/lib.rs'), '');
    const dependencies = `pg_query = { path = "pg_query", version = "6" }\n[build-dependencies]\nmortise-build = { path = "${build}" }\n`;
    writeFileSync(join(cwd, 'Cargo.toml'), manifest.replace(/(mortise = .*\n)/, `$1${dependencies}`));
    writeFileSync(join(cwd, 'build.rs'), 'fn main() { mortise_build::parser(); }\n');
    const plugin = 'mortise::plugin!(parser = env!("MORTISE_PARSER"));\n#[mortise::init]\nfn init() {}\n';
    writeFileSync(join(cwd, 'src/lib.rs'), plugin);
    const env = { CARGO_TARGET_DIR: scratchTarget };
    const { code, output } = await cargo(['build', '--release'], { cwd, env });
    expect(code, output).toBe(0);
    expect(moduleInfoOf(join(scratchTarget, 'release/libparsed.so'))).toMatchObject({ parser: '17-6.2.1' });
    rmSync(join(cwd, 'pg_query'), { recursive: true });
    writeFileSync(
      join(cwd, 'Cargo.toml'),
      manifest.replace(/(mortise = .*\n)/, `$1${dependencies.replace(/^.*\n/, '')}`),
    );
    const without = await cargo(['build', '--release'], { cwd, env });
    expect(without.output).toContain(
      'Cargo.lock has no package pg_query: a plugin without it reads no trees',
    );
    rmSync(cwd, { recursive: true });
  },
);
