/** The programs that build plugins. Running them needs none, so a missing one is a warning. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { CheckResult } from '../../loader/record.js';

const run = promisify(execFile);

interface Program {
  id: string;
  /** What it is for, as the end of "needed to …". */
  purpose: string;
  /** The first of these that is there counts. */
  names: (env: NodeJS.ProcessEnv) => string[];
  install: Partial<Record<NodeJS.Platform, string>> & { other: string };
}

const xcode = 'Install the command line tools: xcode-select --install.';
const visualStudio = 'Install the Visual C++ Build Tools.';
/** CC may hold arguments as well, or a wrapper before the compiler: the first word is the program. */
const chosen = (value: string | undefined) => (value?.trim() ? [value.trim().split(/\s+/)[0] as string] : []);

const programs: readonly Program[] = [
  {
    id: 'cc',
    purpose: 'build plugins in C',
    names: (env) => [...chosen(env.CC), 'cc', 'gcc', 'clang'],
    install: {
      darwin: xcode,
      win32: visualStudio,
      other: 'On Debian or Ubuntu: apt-get install gcc libc6-dev.',
    },
  },
  {
    id: 'make',
    purpose: 'build plugins in C',
    names: () => ['make', 'gmake'],
    install: { darwin: xcode, other: 'On Debian or Ubuntu: apt-get install make.' },
  },
  {
    id: 'cargo',
    purpose: 'build plugins in Rust',
    names: () => ['cargo'],
    install: { other: 'Install Rust from https://rustup.rs.' },
  },
  {
    id: 'rustc',
    purpose: 'build plugins in Rust',
    names: () => ['rustc'],
    install: { other: 'Install Rust from https://rustup.rs.' },
  },
  {
    id: 'c++',
    purpose: 'build mortise itself from source',
    names: (env) => [...chosen(env.CXX), 'c++', 'g++', 'clang++'],
    install: { darwin: xcode, win32: visualStudio, other: 'On Debian or Ubuntu: apt-get install g++.' },
  },
  {
    id: 'cmake',
    purpose: 'build mortise itself from source',
    names: () => ['cmake'],
    install: { darwin: 'brew install cmake', other: 'On Debian or Ubuntu: apt-get install cmake.' },
  },
];

export function checkPrograms(env: NodeJS.ProcessEnv): Promise<CheckResult[]> {
  return Promise.all(programs.map((program) => checkProgram(program, env)));
}

async function checkProgram(
  { id, purpose, names, install }: Program,
  env: NodeJS.ProcessEnv,
): Promise<CheckResult> {
  const remedy = install[process.platform] ?? install.other;
  const path = find(names(env), env);
  if (!path) return { id, status: 'warn', message: `not found; needed to ${purpose}`, remedy };
  try {
    const { stdout } = await run(path, ['--version'], { env, timeout: 10_000 });
    return { id, status: 'ok', message: stdout.split('\n', 1)[0]?.trim() || path };
  } catch (error) {
    // On macOS cc can be a stub that only offers to install the real one.
    const reason = (error as Error).message.trim().split('\n').at(-1);
    return { id, status: 'warn', message: `${path} does not run: ${reason}`, remedy };
  }
}

function find(names: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  // rustup adds its folder to PATH only in new shells.
  const rustup = join(env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin');
  const folders = [...(env.PATH ?? '').split(delimiter), rustup].filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const name of names) {
    const isPath = name.includes('/') || name.includes('\\');
    const places = isPath ? [name] : folders.map((folder) => join(folder, name + suffix));
    const path = places.find(isExecutable);
    if (path) return path;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
