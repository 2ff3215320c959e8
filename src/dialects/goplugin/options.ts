/** What `launch` takes. */
import {
  broken,
  callable,
  integer,
  type Rule,
  type Rules,
  table,
  text,
  wrongType,
  yesOrNo,
} from '../../config/rules.js';
import { MortiseError, type Problem } from '../../errors.js';
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
  /** Further variables of its environment. */
  env?: Readonly<Record<string, string>>;
  /** Names of the host's variables that it gets. Default: PATH, HOME, the language, certificates' places and proxies. */
  hostEnv?: readonly string[];
  /** Names of further ones. */
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
type Optional = 'cwd' | 'hostEnv' | 'sha256' | 'metadata' | 'socketDirectory';

const max = 2 ** 31 - 1;
const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0');
const isTableOf = (value: unknown, fits: (one: unknown) => boolean) =>
  table.fits(value) && Object.values(value as object).every(fits);
const isListOf = (value: unknown, fits: (one: unknown) => boolean) =>
  Array.isArray(value) && value.every(fits);
/** Arguments and the like may be empty. */
const words: Rule = { fits: (value) => isListOf(value, isText), expected: 'a list of strings' };
const variables: Rule = { fits: (value) => isTableOf(value, isText), expected: 'an object of strings' };
const versions: Rule = {
  fits: (value) => isListOf(value, integer(0, max).fits) && (value as unknown[]).length > 0,
  expected: 'a list of whole numbers',
};
const positive = integer(1, max);

/** Those that `attach` has too. */
export const callRules: Rules = {
  startMs: positive,
  callMs: positive,
  maxMessageBytes: positive,
  metadata: {
    fits: (value) => isTableOf(value, (one) => isText(one) || one instanceof Uint8Array),
    expected: 'an object of strings or bytes',
  },
  log: callable,
};

const launchRules: Rules = {
  path: text,
  args: words,
  cwd: text,
  cookie: {
    fits: (value) => variables.fits(value) && Object.keys(value as object).length > 0,
    expected: 'an object with at least one variable, such as { BASIC_PLUGIN: "hello" }',
  },
  versions,
  env: variables,
  hostEnv: words,
  passEnv: words,
  sha256: {
    fits: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
    expected: '64 hexadecimal digits',
  },
  tls: yesOrNo,
  noiseLines: integer(0, max),
  socketDirectory: text,
  ...callRules,
};
/** Of `keep` alone. What `restart` holds is checked where it is used. */
const keepRules: Rules = { ...launchRules, restart: table, heard: callable };

/**
 * With defaults.
 * @param subject the function that takes them
 * @throws MortiseError MORTISE_ERR_PROGRAM_OPTION: all that is wrong, in `problems`
 */
export function settledOptions(given: LaunchOptions, subject: 'launch' | 'keep'): SettledOptions {
  checkOptions(given, subject === 'keep' ? keepRules : launchRules, ['path', 'cookie'], subject);
  return {
    ...{ args: [], versions: [1], env: {}, passEnv: [], tls: false, noiseLines: 0, log: () => {} },
    ...{ startMs: 60_000, callMs: 30_000, maxMessageBytes: 64 * 1024 * 1024 },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  } as Partial<SettledOptions> as SettledOptions;
}

/** @throws MortiseError MORTISE_ERR_PROGRAM_OPTION */
export function checkOptions(
  given: unknown,
  rules: Rules,
  required: readonly string[],
  subject: string,
): void {
  const missing = table.fits(given)
    ? required.filter((key) => (given as Record<string, unknown>)[key] === undefined)
    : [];
  const [first, ...rest] = [
    ...broken(given, rules, '', subject),
    ...missing.map((key) => wrongType(undefined, rules[key] as Rule, key, subject)),
  ].map(
    (problem): Problem => ({
      ...problem,
      code: 'MORTISE_ERR_PROGRAM_OPTION',
      remedy: problem.remedy ?? `Correct \`${problem.where}\`.`,
    }),
  );
  if (first) throw new MortiseError([first, ...rest]);
}
