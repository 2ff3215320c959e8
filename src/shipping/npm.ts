/** Packages from npm's registry, through the npm that is at hand: its configuration, its credentials, its cache. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { MortiseError, type Problem } from '../errors.js';

export interface Published {
  name: string;
  version: string;
  /** As SRI has it: `sha512-…`. */
  integrity?: string;
  optionalDependencies: Record<string, string>;
}

export interface NpmOptions {
  /** npm reads the .npmrc there. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Of one call, in milliseconds. */
  timeoutMs: number;
}

/** A name with or without a version, a range or a tag. No address, path or alias: those have no integrity. */
const specForm = /^((?:@[a-z0-9~][a-z0-9-._~]*\/)?[a-z0-9~][a-z0-9-._~]*)(?:@([\w.^~<>=|* +-]{1,100}))?$/;
/** npm's answers are some kB. */
const maxAnswer = 16 * 1024 * 1024;

/** Undefined when it is not the name of a package. */
export function parseSpec(spec: string): { name: string; range?: string } | undefined {
  const [, name, range] = specForm.exec(spec) ?? [];
  return name === undefined || name.length > 214 ? undefined : { name, ...(range && { range }) };
}

/**
 * The newest version that fits.
 * @param spec may come from a package: what is no name, such as an address of git or an option of npm, never reaches npm
 * @throws MortiseError MORTISE_ERR_REGISTRY
 */
export async function published(spec: string, options: NpmOptions): Promise<Published> {
  const wanted = parseSpec(spec);
  if (!wanted) throw new MortiseError(refused(spec, 'it is not a name and version of an npm package', spec));
  const fields = ['name', 'version', 'dist.integrity', 'optionalDependencies'];
  const answer = await npm(['view', spec, ...fields, '--json'], spec, options);
  const all = (Array.isArray(answer) ? answer : [answer]) as (Record<string, unknown> | undefined)[];
  const found = all.flatMap((one) => (one && typeof one.version === 'string' ? [one] : []));
  const { default: semver } = await import('semver');
  const newest = found.sort((a, b) => semver.compareLoose(String(a.version), String(b.version))).at(-1);
  if (!newest || newest.name !== wanted.name || !semver.valid(String(newest.version)))
    throw new MortiseError(
      refused(spec, 'no version of it fits', JSON.stringify(answer ?? null).slice(0, 200)),
    );
  const integrity = newest['dist.integrity'];
  return {
    name: wanted.name,
    version: String(newest.version),
    ...(typeof integrity === 'string' && { integrity }),
    optionalDependencies: (newest.optionalDependencies ?? {}) as Record<string, string>,
  };
}

/**
 * Its tarball, once its bytes are those that the registry promised.
 * @returns its path in `directory`
 * @throws MortiseError MORTISE_ERR_REGISTRY, MORTISE_ERR_INTEGRITY
 */
export async function fetchTarball(one: Published, directory: string, options: NpmOptions): Promise<string> {
  const spec = `${one.name}@${one.version}`;
  const wanted = strongest(one.integrity);
  if (!wanted) {
    throw new MortiseError(
      broken(
        spec,
        'the registry gives no hash that counts',
        'sha512 in dist.integrity',
        one.integrity ?? 'nothing',
      ),
    );
  }
  const args = ['pack', spec, '--pack-destination', directory, '--ignore-scripts', '--json'];
  const answer = (await npm(args, spec, options)) as
    | { filename?: unknown }[]
    | Record<string, { filename?: unknown }>;
  const [first] = Array.isArray(answer) ? answer : Object.values(answer ?? {});
  // Of a name with a scope, npm's answer has had the scope's slash in it.
  const file = join(
    directory,
    String(first?.filename ?? '')
      .replace(/^@/, '')
      .replace('/', '-'),
  );
  if (!existsSync(file)) throw new MortiseError(refused(spec, 'npm fetched nothing', 'no tarball'));
  const found = createHash(wanted.algorithm).update(readFileSync(file)).digest('base64');
  if (found !== wanted.hash)
    throw new MortiseError(broken(spec, 'its bytes are others', `${wanted.algorithm}-${wanted.hash}`, found));
  return file;
}

/** Of a list of hashes the best. SHA-1 can be forged, so it counts for nothing. */
function strongest(integrity: string | undefined): { algorithm: string; hash: string } | undefined {
  const all = (integrity ?? '').split(/\s+/).flatMap((one) => {
    const [, algorithm, hash] = /^(sha512|sha384|sha256)-([A-Za-z0-9+/]+={0,2})(?:\?.*)?$/.exec(one) ?? [];
    return algorithm && hash ? [{ algorithm, hash }] : [];
  });
  return all.sort((a, b) => (a.algorithm < b.algorithm ? 1 : -1))[0];
}

async function npm(args: string[], spec: string, options: NpmOptions): Promise<unknown> {
  const { code, stdout, stderr, isLate } = await run([...npmCommand(options.env), ...args], options);
  const time = `${options.timeoutMs / 1000} s`;
  if (isLate)
    throw new MortiseError(refused(spec, `the registry did not answer within ${time}`, 'no answer'));
  let answer: unknown;
  try {
    answer = stdout.trim() === '' ? undefined : JSON.parse(stdout);
  } catch {
    answer = undefined;
  }
  const said = (answer as { error?: { code?: string; summary?: string } } | undefined)?.error;
  if (code === 0 && !said) return answer;
  const summary = said?.summary ?? stderr.split('\n').find((line) => /npm err/i.test(line)) ?? `exit ${code}`;
  throw new MortiseError(refused(spec, summary.split('\n')[0] as string, said?.code ?? `exit ${code}`));
}

/** npm's own script where it can be found: Windows' npm.cmd would need a shell. */
function npmCommand(env: NodeJS.ProcessEnv): [string, string] {
  const places = (env.PATH ?? env.Path ?? '').split(delimiter).filter((place) => place !== '');
  const besideNode = dirname(process.execPath);
  for (const place of [...places, besideNode]) {
    for (const name of ['npm', 'node_modules/npm/bin/npm-cli.js']) {
      const path = join(place, name);
      const real = existsSync(path) ? realpathSync(path) : '';
      if (real.endsWith('npm-cli.js')) return [process.execPath, real];
    }
  }
  const said = env.npm_execpath ?? '';
  if (said.endsWith('npm-cli.js') && existsSync(said)) return [process.execPath, said];
  throw new MortiseError({
    code: 'MORTISE_ERR_REGISTRY',
    message: 'there is no npm, which fetches packages',
    expected: 'npm in PATH, or beside Node.js',
    found: 'none',
    remedy: 'Install npm, or add the plugin from a tarball or a directory.',
  });
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  isLate: boolean;
}

function run([command, ...args]: string[], { cwd, env, timeoutMs }: NpmOptions): Promise<Ran> {
  const quiet = { npm_config_update_notifier: 'false', npm_config_fund: 'false', npm_config_audit: 'false' };
  const child = spawn(command as string, args, {
    cwd,
    env: { ...env, ...quiet },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { code: null, stdout: '', stderr: '', isLate: false };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (ran[name].length < maxAnswer) ran[name] += text;
    });
  }
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      ran.isLate = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', fail);
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ ...ran, code });
    });
  });
}

function refused(subject: string, message: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_REGISTRY',
    message,
    subject,
    expected: 'a package of that name and version',
    found,
    remedy: `Check the name, and what \`npm view ${subject}\` says. A plugin can be added from a file, too.`,
  };
}

function broken(subject: string, message: string, expected: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_INTEGRITY',
    message,
    subject,
    where: 'dist.integrity',
    expected,
    found,
    remedy: 'Do not use it; tell who publishes it, or who runs the registry.',
  };
}
