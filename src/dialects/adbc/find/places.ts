/** The directories in which manifests and profiles are looked for, in the order of ADBC's specification. */
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import type { FindContext } from '../../../loader/record.js';

/** Groups of directories that can be left out. */
export const levels = ['search', 'env', 'user', 'system'] as const;
export type Level = (typeof levels)[number];

type Kind = 'drivers' | 'profiles';

const variables = { drivers: 'ADBC_DRIVER_PATH', profiles: 'ADBC_PROFILE_PATH' } as const;

/** @param asked which groups count; default all */
export function placesOf(kind: Kind, context: FindContext, asked: readonly Level[] = levels): string[] {
  const all: Record<Level, string[]> = {
    search: [...context.search],
    env: environment(kind, context),
    user: user(kind, context),
    system: system(kind, context),
  };
  return levels.filter((level) => asked.includes(level)).flatMap((level) => all[level]);
}

function environment(kind: Kind, { env, platform }: FindContext): string[] {
  const separator = (platform === 'win32' ? win32 : posix).delimiter;
  const listed = (env[variables[kind]] ?? '').split(separator).filter(Boolean);
  const conda = env.CONDA_PREFIX ? [join(env.CONDA_PREFIX, 'etc', 'adbc', kind)] : [];
  return [...listed, ...conda];
}

function user(kind: Kind, { env, platform }: FindContext): string[] {
  const home = env.HOME || homedir();
  if (platform === 'darwin') return [join(home, 'Library', 'Application Support', 'ADBC', titled(kind))];
  if (platform === 'win32') return env.LOCALAPPDATA ? [join(env.LOCALAPPDATA, 'ADBC', titled(kind))] : [];
  return [join(env.XDG_CONFIG_HOME || join(home, '.config'), 'adbc', kind)];
}

function system(kind: Kind, { env, platform }: FindContext): string[] {
  if (platform === 'darwin') return [`/Library/Application Support/ADBC/${titled(kind)}`];
  if (platform === 'win32') return env.ProgramFiles ? [join(env.ProgramFiles, 'ADBC', titled(kind))] : [];
  return [`/etc/adbc/${kind}`];
}

const titled = (kind: Kind) => (kind === 'drivers' ? 'Drivers' : 'Profiles');
