/** What `launch` takes. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import type { LogLine } from './log.js';

export interface LaunchOptions {
  /** The program's file. A relative path counts from the working directory. */
  path: string;
  args?: readonly string[];
  /** Where it runs. Default: the host's working directory. */
  cwd?: string;
  /** The variable that tells it that a host starts it: `{ BASIC_PLUGIN: 'hello' }`. Each family of programs has its own. */
  cookie: Readonly<Record<string, string>>;
  /** The versions of its protocol that the host speaks. Default `[1]`. */
  versions?: readonly number[];
  /** Further variables of its environment. The host's own stay here, but for PATH, HOME, the language and proxies. */
  env?: Readonly<Record<string, string>>;
  /** Names of the host's variables that it gets too. */
  passEnv?: readonly string[];
  /** What the SHA-256 of its file must be, in hexadecimal. */
  sha256?: string;
  /** Mutual TLS with certificates that both make for this run (go-plugin's AutoMTLS). Default false. */
  tls?: boolean;
  /** Milliseconds until it must be healthy. Default 60,000: large programs on busy machines take seconds. */
  startMs?: number;
  /** Milliseconds until a call with one answer fails, when the call says nothing else. Default 30,000. */
  callMs?: number;
  /** How many lines it may print before its handshake. Default 0. */
  noiseLines?: number;
  /** The largest message that the host takes, in bytes. Default 64 MiB. */
  maxMessageBytes?: number;
  /** Sent with every call. */
  metadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Where its sockets' private directory is made. Default: the user's run-time directory, else the one for temporary files. */
  socketDirectory?: string;
  /** Hears each line that it writes. Default: nobody does. */
  log?(line: LogLine): void;
}

export type SettledOptions = Required<Omit<LaunchOptions, Optional>> & Pick<LaunchOptions, Optional>;
type Optional = 'cwd' | 'sha256' | 'metadata' | 'socketDirectory';

/** With defaults. @throws MortiseError MORTISE_ERR_PROGRAM_OPTION */
export function settledOptions(given: LaunchOptions): SettledOptions {
  const options = {
    ...{ args: [], versions: [1], env: {}, passEnv: [], tls: false, noiseLines: 0, log: () => {} },
    ...{ startMs: 60_000, callMs: 30_000, maxMessageBytes: 64 * 1024 * 1024 },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  } as Partial<SettledOptions> as SettledOptions;
  const { path, cookie, versions, sha256, startMs, callMs, noiseLines, maxMessageBytes } = options;
  const max = 2 ** 31 - 1;
  const isCount = (value: unknown, least: number) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= max;
  expect(typeof path === 'string' && path !== '' && !path.includes('\0'), 'path', 'a path', path);
  expect(
    typeof cookie === 'object' && cookie !== null && Object.keys(cookie).length > 0,
    'cookie',
    'at least one variable, such as { BASIC_PLUGIN: "hello" }',
    cookie,
  );
  expect(
    Array.isArray(versions) && versions.length > 0 && versions.every((version) => isCount(version, 0)),
    'versions',
    'a list of whole numbers',
    versions,
  );
  expect(sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256), 'sha256', '64 hexadecimal digits', sha256);
  const { args, passEnv, env, metadata, tls } = options;
  for (const [name, value] of Object.entries({ args, passEnv })) {
    expect(Array.isArray(value) && value.every(isText), name, 'a list of strings', value);
  }
  for (const [name, value] of Object.entries({ cookie, env })) {
    expect(isTable(value) && Object.values(value).every(isText), name, 'strings by name', value);
  }
  const isValue = (value: unknown) => isText(value) || value instanceof Uint8Array;
  expect(
    metadata === undefined || (isTable(metadata) && Object.values(metadata).every(isValue)),
    'metadata',
    'strings or bytes by name',
    metadata,
  );
  expect(typeof tls === 'boolean', 'tls', 'true or false', tls);
  for (const [name, value] of Object.entries({ startMs, callMs, maxMessageBytes })) {
    expect(isCount(value, 1), name, `a whole number from 1 to ${max}`, value);
  }
  expect(isCount(noiseLines, 0), 'noiseLines', 'a whole number', noiseLines);
  return options;
}

const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0');
const isTable = (value: unknown): value is object => typeof value === 'object' && value !== null;

function expect(holds: boolean, where: string, expected: string, found: unknown): void {
  if (holds) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_PROGRAM_OPTION',
    message: `${where} is not ${expected}`,
    where,
    expected,
    found: shown(found),
    remedy: `Correct \`${where}\`.`,
  });
}
