/** Every example in README and docs works: CONTRIBUTING.md says what each kind of block is held to. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adbcDrivers } from '../../scripts/adbc-drivers.mjs';
import { readConfiguration as readConfig } from '../../src/host/configuration.js';
import { hostFacts } from '../../src/host/facts.js';
import { verifyFile } from '../../src/verify/file.js';
import { builtPrograms } from '../dialects/goplugin/built.js';
import { mariadbPlugins } from '../dialects/mariadb/parts.js';
import { mysqlComponents } from '../dialects/mysql/parts.js';
import { cargo, missingCrates, missingTools, scratchTarget, titled } from '../rust/cargo.js';
import { mismatch } from './match.js';
import { type Block, type Page, readPages, testedElsewhere } from './pages.js';
import { makeFolder, type Result, Session } from './session.js';

const pages = readPages().filter(({ path }) => !testedElsewhere.includes(path));
const blocks = pages.flatMap((page) => page.blocks);
const of = (language: string, kind: string) =>
  blocks.filter((block) => block.language === language && block.kind === kind);
const place = ({ page, line }: Block) => `${page}:${line}`;
const timeout = 1_800_000;
const kinds = [
  ...['c plugin', 'rust plugin', 'ts run', 'sh run', 'sh npm', 'toml config', 'toml cargo'],
  ...['text output', 'json plugin', 'json output', 'text tree', 'text start', 'text collectd'],
];

it.each(of('json', 'plugin').map((block) => [place(block), block] as const))(
  '%s is a plugin.json as its schema has it',
  (_, { text }) => {
    const schema = JSON.parse(readFileSync('schemas/plugin.schema.json', 'utf8')) as object;
    const holds = new Ajv({ strict: false }).compile(schema);
    holds(JSON.parse(text));
    expect(holds.errors ?? []).toEqual([]);
  },
);

it('every block says what it is', () => {
  const unknown = blocks.filter(({ language, kind }) => !kinds.includes(`${language} ${kind}`));
  expect(unknown.map((block) => `${place(block)} ${block.language} ${block.kind}`)).toEqual([]);
});

describe('npm scripts and paths', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };

  it.each(of('sh', 'npm').map((block) => [place(block), block] as const))('%s', (_, { text }) => {
    const commands = [...text.replace(/#.*/g, '').matchAll(/npm (?:run )?([a-z]+(?:-[a-z]+)*)/g)].map(
      ([, name]) => name,
    );
    expect(commands).not.toEqual([]);
    for (const name of commands) expect(['ci', ...Object.keys(scripts)]).toContain(name);
  });

  it.each(of('text', 'tree').map((block) => [place(block), block] as const))('%s', (_, { text }) => {
    const paths = text.split('\n').map((line) => line.split(' ')[0] as string);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('collectd.conf', () => {
  it.each(of('text', 'collectd').map((block) => [place(block), block] as const))(
    '%s',
    async (_, { text }) => {
      const folder = mkdtempSync(join(tmpdir(), 'mortise-docs-'));
      writeFileSync(join(folder, 'collectd.conf'), text);
      expect((await readConfig(join(folder, 'collectd.conf'))).plugins.length).toBeGreaterThan(0);
      rmSync(folder, { recursive: true });
    },
  );
});

describe('toml', () => {
  it.each(of('toml', 'config').map((block) => [place(block), block] as const))('%s', async (_, { text }) => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-docs-'));
    writeFileSync(join(folder, 'mortise.toml'), text);
    expect((await readConfig(join(folder, 'mortise.toml'))).plugins.length).toBeGreaterThan(0);
    rmSync(folder, { recursive: true });
  });

  it.each(of('toml', 'cargo').map((block) => [place(block), block] as const))('%s', (_, { text }) => {
    expect(parse(text)).toHaveProperty('lib.crate-type', ['cdylib']);
  });
});

const noCargo = missingTools('cargo');
describe.skipIf(noCargo.length > 0)(titled('Rust', noCargo), () => {
  it('plugins and their tests compile', { timeout }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-docs-'));
    const crate = resolve('rust/mortise').replaceAll('\\', '/');
    // What features bring comes from the registry.
    const hasCrates = missingCrates().length === 0;
    const blocks = of('rust', 'plugin').filter(({ options }) => hasCrates || !options.features);
    const members = blocks.map((block, index) => {
      const features = block.options.features?.split(',') ?? [];
      const theirs = features.map(
        (name) => `${name} = { version = "*"${name === 'serde' ? ', features = ["derive"]' : ''} }\n`,
      );
      const member = join(folder, `example_${index}`);
      mkdirSync(join(member, 'src'), { recursive: true });
      writeFileSync(join(member, 'src/lib.rs'), `// ${place(block)}\n${block.text}\n`);
      writeFileSync(
        join(member, 'Cargo.toml'),
        `[package]\nname = "example_${index}"\nversion = "0.1.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nmortise = { path = "${crate}", features = ${JSON.stringify(features)} }\n${theirs.join('')}`,
      );
      return `"example_${index}"`;
    });
    writeFileSync(
      join(folder, 'Cargo.toml'),
      `[workspace]\nresolver = "3"\nmembers = [${members.join(', ')}]\n`,
    );
    const env = { CARGO_TARGET_DIR: scratchTarget, RUSTFLAGS: '-D warnings' };
    const { code, output } = await cargo(['test', '--quiet'], { cwd: folder, env });
    expect(code, output).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

const noLinux = process.platform === 'linux' ? missingTools('bash', 'cc', 'make') : ['Linux'];
describe.skipIf(noLinux.length > 0)(titled('as a reader would', noLinux), () => {
  let root: string;
  const sessions = new Map<string, Session>();
  /** What each page's last command printed. */
  const printed = new Map<string, Result>();

  beforeAll(() => {
    root = makeFolder();
    for (const { path } of pages) sessions.set(path, new Session(root, path));
    placePrograms(sessions.get(join('docs', 'programs.md')) as Session);
    const driver = adbcDrivers(['sqlite'])?.sqlite;
    const adbc = sessions.get(join('docs', 'adbc.md')) as Session;
    if (driver) symlinkSync(driver, join(adbc.folder, 'libadbc_driver_sqlite.so'));
    const ed25519 = mariadbPlugins()?.get('auth_ed25519');
    const mariadb = sessions.get(join('docs', 'mariadb.md')) as Session;
    if (ed25519) symlinkSync(ed25519, join(mariadb.folder, 'plugins/auth_ed25519.so'));
    const component = mysqlComponents()?.get('classic_hashing');
    const mysql = sessions.get(join('docs', 'mysql.md')) as Session;
    if (component) symlinkSync(component, join(mysql.folder, 'plugins/component_classic_hashing.so'));
    compileTypeScript(root, sessions);
    // The pages tell of one plugin, README's.
    const router = of('c', 'plugin').find(({ file }) => file === 'tenant_router.c') as Block;
    const built = compileC(sessions.get('README.md') as Session, router);
    for (const session of sessions.values()) {
      writeFileSync(join(session.folder, 'plugins/libtenant_router.so'), readFileSync(built));
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  for (const page of pages.filter((one) => stepsOf(one).length > 0)) {
    describe(page.path, () => {
      for (const block of stepsOf(page)) {
        const lacking = block.options.needs && !works(block.options.needs) ? [block.options.needs] : [];
        it.skipIf(lacking.length > 0)(titled(nameOf(block), lacking), { timeout }, async () => {
          await doStep(block, sessions.get(page.path) as Session);
        });
      }
    });
  }

  async function doStep(block: Block, session: Session): Promise<void> {
    const { language, kind, text, file, options, page } = block;
    if (language === 'c') {
      const report = await verifyFile(compileC(session, block), await hostFacts({ parser: 'pg_query' }));
      expect(report.checks.filter(({ status }) => status === 'warn' || status === 'fail')).toEqual([]);
    } else if (language === 'toml') {
      if (file) session.write(file, text);
    } else if (kind === 'run') {
      const result = language === 'sh' ? session.shell(text) : session.node(`${fileOf(block)}.js`);
      expect(result.code, `${result.stdout}${result.stderr}`).toBe(Number(options.exit ?? 0));
      printed.set(page, result);
    } else {
      expect(mismatch(text, printed.get(page)?.stdout ?? 'nothing')).toBeUndefined();
    }
  }
});

/** What a reader would do, in order. An output needs what its command needs. */
function stepsOf({ blocks }: Page): Block[] {
  let last: Block | undefined;
  return blocks
    .filter(
      ({ language, kind }) => language === 'c' || kind === 'run' || kind === 'output' || kind === 'config',
    )
    .map((block) => {
      if (block.kind === 'run') last = block;
      return block.kind === 'output' ? { ...block, options: last?.options ?? {} } : block;
    });
}

/** go-plugin's examples under the names that the page gives them, and what is generated for them. */
function placePrograms(session: Session): void {
  for (const [name, program] of [
    ['kv', 'key-value'],
    ['counter', 'bidirectional'],
  ] as const) {
    const generated = `test/dialects/goplugin/proto/${name}/${name}_pb.ts`;
    session.write(`${name}_pb.ts`, readFileSync(generated, 'utf8'));
    const path = builtPrograms[program];
    if (path) symlinkSync(path, join(session.folder, name));
  }
}

/** A debugger may be installed where nothing may be traced. */
function works(tool: string): boolean {
  if (tool === 'go-plugins') return ['key-value', 'bidirectional'].every((name) => name in builtPrograms);
  if (tool === 'adbc-drivers') return adbcDrivers(['sqlite']) !== undefined;
  if (tool === 'mariadb-plugins') return mariadbPlugins() !== undefined;
  if (tool === 'mysql-components') return mysqlComponents() !== undefined;
  if (tool !== 'gdb') return missingTools(tool).length === 0;
  return /exited normally/.test(
    spawnSync('gdb', ['--batch', '-ex', 'run', 'true'], { encoding: 'utf8' }).stdout ?? '',
  );
}

function nameOf({ line, language, kind, text }: Block): string {
  return `line ${line}, ${language} ${kind}: ${text.split('\n')[0]}`;
}

function fileOf({ line }: Block): string {
  return `line-${line}`;
}

/** Without a warning, as the build that the pages show; the path of the library. */
function compileC(session: Session, block: Block): string {
  const name = block.file ?? `${fileOf(block)}.c`;
  const library = join(session.folder, name.replace(/\.c$/, '.so'));
  const args = [
    '-std=c11',
    '-g',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Werror',
    '-fPIC',
    '-fvisibility=hidden',
  ];
  const { status, stderr } = spawnSync(
    'cc',
    [
      ...args,
      '-Iinclude',
      '-shared',
      '-Wl,-Bsymbolic',
      '-Wl,-z,defs',
      session.write(name, block.text),
      '-o',
      library,
    ],
    { encoding: 'utf8' },
  );
  expect(status, `${place(block)}\n${stderr}`).toBe(0);
  return library;
}

/** All at once, since the compiler's start takes longer than its work. */
function compileTypeScript(root: string, sessions: Map<string, Session>): void {
  for (const block of of('ts', 'run')) {
    (sessions.get(block.page) as Session).write(`${fileOf(block)}.ts`, `${block.text}\nexport {};\n`);
  }
  const files = of('ts', 'run').map((block) =>
    join((sessions.get(block.page) as Session).folder, `${fileOf(block)}.ts`),
  );
  const compilerOptions = {
    noEmit: false,
    declaration: false,
    sourceMap: false,
    rootDir: root,
    outDir: root,
  };
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: [], files };
  const path = join(root, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', path], {
    encoding: 'utf8',
  });
  expect(status, stdout.replaceAll(`${dirname(path)}/`, '')).toBe(0);
}
