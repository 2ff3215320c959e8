// npm run go-plugins: builds real go-plugin programs for the tests, from the Go module proxy. Its own command, because
// the first build takes minutes; each is built once, in the user's cache, by the version of its module.
//   npm run go-plugins             builds all that aren't there
//   npm run go-plugins -- NAME…    only these
//   npm run go-plugins -- --where  says where those are that are built, as JSON
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { constants, homedir, setPriority } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { line, run, StepError, step } from './progress.mjs';
import { which } from './tools.mjs';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'go-plugins');
const goPlugin = 'github.com/hashicorp/go-plugin';

/** name: [module, version, package in it] */
const programs = {
  'key-value': [goPlugin, 'v1.8.0', 'examples/grpc/plugin-go-grpc'],
  'key-value-netrpc': [goPlugin, 'v1.8.0', 'examples/grpc/plugin-go-netrpc'],
  bidirectional: [goPlugin, 'v1.8.0', 'examples/bidirectional/plugin-go-grpc'],
  negotiated: [goPlugin, 'v1.8.0', 'examples/negotiated/plugin-go'],
  streaming: [goPlugin, 'v1.8.0', 'examples/streaming/plugin'],
  'key-value-1.4.3': [goPlugin, 'v1.4.3', 'examples/grpc/plugin-go-grpc'],
  'terraform-primes': [
    'github.com/hashicorp/terraform-plugin-go',
    'v0.31.0',
    'examples/terraform-provider-primes',
  ],
  'vault-kv': ['github.com/hashicorp/vault-plugin-secrets-kv', 'v0.25.0', 'cmd/vault-plugin-secrets-kv'],
};

const executable = (name) => (process.platform === 'win32' ? `${name}.exe` : name);
const place = (name) => join(cache, `${name}@${programs[name][1]}`, executable(name));
const built = () => Object.keys(programs).filter((name) => existsSync(place(name)));

const [first] = process.argv.slice(2);
if (first === '--where') {
  process.stdout.write(`${JSON.stringify(Object.fromEntries(built().map((name) => [name, place(name)])))}\n`);
} else {
  process.exitCode = (await withLock(join(cache, '.lock'), () => build(process.argv.slice(2)))) ? 0 : 1;
}

async function build(asked) {
  const unknown = asked.find((name) => !Object.hasOwn(programs, name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no program ${unknown}: ${Object.keys(programs).join(', ')}\n`);
    return false;
  }
  const go = which(['go'], ['/usr/local/go/bin']);
  if (!go) {
    process.stderr.write('Missing: Go 1.24 or later: install it from https://go.dev/dl\n');
    return false;
  }
  setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  let passed = true;
  for (const name of asked.length > 0 ? asked : Object.keys(programs)) {
    if (existsSync(place(name))) line('ok', name, 'built');
    else passed = (await step(name, (report) => make(go, name, report))) && passed;
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
