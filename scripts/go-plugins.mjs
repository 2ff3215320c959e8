// npm run go-plugins: builds real go-plugin programs for the tests, from the Go module proxy, and the example of a Grafana
// data source. Its own command, because the first build takes minutes; each is built once, in the user's cache, by the
// version of its module.
//   npm run go-plugins             builds all that aren't there
//   npm run go-plugins -- NAME…    only these
//   npm run go-plugins -- --where  says where those are that are built, as JSON
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { constants, homedir, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { line, run, StepError, step } from './progress.mjs';
import { fingerprint } from './stamp.mjs';
import { which } from './tools.mjs';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'go-plugins');
const goPlugin = 'github.com/hashicorp/go-plugin';

/** name: [module, version, package in it] */
const programs = {
  'key-value': [goPlugin, 'v1.8.0', 'examples/grpc/plugin-go-grpc'],
  'key-value-netrpc': [goPlugin, 'v1.8.0', 'examples/grpc/plugin-go-netrpc'],
  bidirectional: [goPlugin, 'v1.8.0', 'examples/bidirectional/plugin-go-grpc'],
  negotiated: [goPlugin, 'v1.8.0', 'examples/negotiated/plugin-go'],
  streaming: [goPlugin, 'v1.8.0', 'examples/streaming/plugin'],
  ...Object.fromEntries(
    ['1.4.3', '1.0.1'].flatMap((version) => [
      [`key-value-${version}`, [goPlugin, `v${version}`, 'examples/grpc/plugin-go-grpc']],
      [`bidirectional-${version}`, [goPlugin, `v${version}`, 'examples/bidirectional/plugin-go-grpc']],
      [`negotiated-${version}`, [goPlugin, `v${version}`, 'examples/negotiated/plugin-go']],
    ]),
  ),
  'terraform-primes': [
    'github.com/hashicorp/terraform-plugin-go',
    'v0.31.0',
    'examples/terraform-provider-primes',
  ],
  // No plugin: a database for ADBC's FlightSQL driver to ask.
  'flightsql-server': [
    'github.com/apache/arrow-go/v18',
    'v18.4.1',
    'arrow/flight/flightsql/example/cmd/sqlite_flightsql_server',
  ],
  'vault-kv': ['github.com/hashicorp/vault-plugin-secrets-kv', 'v0.25.0', 'cmd/vault-plugin-secrets-kv'],
};

/** A data source of our own, built as a bundle: plugin.json beside the program, which names it for each platform. */
const bundle = 'csv-datasource';
const source = 'example-plugins/go-csv-datasource';
const goNames = { win32: 'windows', x64: 'amd64', ia32: '386' };
const goName = (name) => goNames[name] ?? name;

const ending = process.platform === 'win32' ? '.exe' : '';
const names = [...Object.keys(programs), bundle];
const place = (name) =>
  name === bundle
    ? join(
        ...[
          cache,
          `${bundle}@${fingerprint(['go.mod', 'pkg', 'src'].map((path) => join(source, path))).slice(0, 12)}`,
        ],
        ...['dist', `gpx_csv_${goName(process.platform)}_${goName(process.arch)}${ending}`],
      )
    : join(cache, `${name}@${programs[name][1]}`, `${name}${ending}`);
const built = () => names.filter((name) => existsSync(place(name)));

const [first] = process.argv.slice(2);
if (first === '--where') {
  process.stdout.write(`${JSON.stringify(Object.fromEntries(built().map((name) => [name, place(name)])))}\n`);
} else {
  process.exitCode = (await withLock(join(cache, '.lock'), () => build(process.argv.slice(2)))) ? 0 : 1;
}

async function build(asked) {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no program ${unknown}: ${names.join(', ')}\n`);
    return false;
  }
  const go = which(['go'], ['/usr/local/go/bin']);
  if (!go) {
    process.stderr.write('Missing: Go 1.24 or later: install it from https://go.dev/dl\n');
    return false;
  }
  setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  let passed = true;
  for (const name of asked.length > 0 ? asked : names) {
    if (existsSync(place(name))) line('ok', name, 'built');
    else {
      const work = name === bundle ? makeBundle : make;
      passed = (await step(name, (report) => work(go, name, report))) && passed;
    }
  }
  return passed;
}

/** Two examples have the same name, so each is installed in a folder of its own. */
async function make(go, name, report) {
  const [module, version, path] = programs[name];
  const partial = join(cache, `.${name}.${process.pid}`);
  const env = { ...process.env, GOBIN: partial, GOFLAGS: '-p=1', CGO_ENABLED: '0' };
  try {
    await run(go, ['install', `${module}/${path}@${version}`], { report, env });
    const [made] = readdirSync(partial);
    if (!made) throw new StepError('go left no program');
    mkdirSync(join(place(name), '..'), { recursive: true });
    renameSync(join(partial, made), place(name));
    return version;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function makeBundle(go, name, report) {
  const partial = join(cache, `.${name}.${process.pid}`);
  const program = place(name);
  const env = { ...process.env, GOFLAGS: '-p=1 -buildvcs=false', CGO_ENABLED: '0' };
  try {
    const made = join(partial, program.slice(dirname(program).length + 1));
    await run(go, ['build', '-C', source, '-trimpath', '-ldflags=-s -w', '-o', made, './pkg'], {
      report,
      env,
    });
    copyFileSync(join(source, 'src/plugin.json'), join(partial, 'plugin.json'));
    mkdirSync(join(dirname(program), '..'), { recursive: true });
    renameSync(partial, dirname(program));
    return 'a bundle';
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
