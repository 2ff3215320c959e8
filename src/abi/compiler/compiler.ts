/** Runs the compiler that reads the headers. */
import { execFile } from 'node:child_process';
import { MortiseError } from '../../errors.js';
import type { Language } from '../text/header-set.js';

/** How to run the compiler; it is never a shell that reads these words. */
export interface CompilerOptions {
  /**
   * A program and its first arguments, "ccache gcc". Otherwise $CC, for C++ $CXX; otherwise cc, gcc or clang from
   * PATH, for C++ c++, g++ or clang++.
   */
  compiler?: string;
  env?: NodeJS.ProcessEnv;
}

/** Headers that need more than this to preprocess or compile are not a plugin ABI. */
const patience = 60_000;
const maxOutput = 64 * 1024 * 1024;
/** Of the line that says what is wrong with a header, in characters. */
const maxExcerpt = 600;

/** A C compiler that was found. */
export interface Compiler {
  name: string;
  /** The option for C++ by which it also describes classes whose functions another source file defines. */
  wholeClasses: string;
  /**
   * Runs it in `directory` and returns what it printed.
   *
   * @throws MortiseError MORTISE_ERR_ABI_HEADERS when it refuses
   */
  run(directory: string, args: string[], subject: string): Promise<string>;
}

/** @throws MortiseError MORTISE_ERR_TOOL_MISSING, saying what to install. */
export async function findCompiler(
  options: CompilerOptions = {},
  language: Language = 'c',
): Promise<Compiler> {
  const env = options.env ?? process.env;
  const chosen = options.compiler ?? (language === 'c' ? env.CC : env.CXX);
  const usual = language === 'c' ? ['cc', 'gcc', 'clang'] : ['c++', 'g++', 'clang++'];
  const choices = chosen?.trim() ? [chosen.trim().split(/\s+/)] : usual.map((name) => [name]);
  for (const [program, ...first] of choices as [string, ...string[]][]) {
    const probe = await start(program, [...first, '--version'], { env });
    if (probe.failure === 'missing') continue;
    const name = [program, ...first].join(' ');
    const wholeClasses = /clang/.test(probe.stdout) ? '-fstandalone-debug' : '-femit-class-debug-always';
    return { name, wholeClasses, run: (directory, args, subject) => run(directory, args, subject) };

    async function run(directory: string, args: string[], subject: string): Promise<string> {
      const { failure, stdout, stderr } = await start(program, [...first, ...args], { env, cwd: directory });
      if (failure === undefined) return stdout;
      const said = stderr.replaceAll(`${directory}/`, '');
      throw new MortiseError(
        {
          code: 'MORTISE_ERR_ABI_HEADERS',
          message: `${name} refuses the headers (${failure})`,
          subject,
          found: excerpt(said) || failure,
          remedy:
            'Mend the headers until a source file that includes all of them compiles; -I names directories of what they include.',
        },
        { cause: new Error(said) },
      );
    }
  }
  const names = choices.map(([program]) => program).join(', ');
  throw new MortiseError({
    code: 'MORTISE_ERR_TOOL_MISSING',
    message: `reading headers needs a compiler for ${language === 'c' ? 'C' : 'C++'}, and there is none`,
    expected: `one of: ${names}`,
    found: 'none of them can be run',
    remedy: installation(process.platform, language),
  });
}

function installation(platform: NodeJS.Platform, language: Language): string {
  if (platform === 'darwin')
    return 'Install one with: xcode-select --install. Or compare snapshot files, which needs none.';
  const packages = language === 'c' ? 'gcc libc6-dev' : 'g++';
  return `Install gcc, on Debian or Ubuntu with: apt-get install ${packages}. Or compare snapshot files, which needs none.`;
}

/** The first error in a line: the others often follow from it. */
function excerpt(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => /\berror:/.test(line));
  const first = (errors[0] ?? lines.find((line) => line !== '') ?? '').slice(0, maxExcerpt);
  return errors.length > 1 ? `${first} (and ${errors.length - 1} more)` : first;
}

interface Outcome {
  failure: string | undefined;
  stdout: string;
  stderr: string;
}

function start(
  program: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string },
): Promise<Outcome> {
  // Messages in the language of the catalogue, and in a form that doesn't depend on the terminal.
  const env = { ...options.env, LC_ALL: 'C', GCC_COLORS: '' };
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: options.cwd, env, timeout: patience, killSignal: 'SIGKILL', maxBuffer: maxOutput },
      (error, stdout, stderr) => resolve({ failure: error ? reason(error) : undefined, stdout, stderr }),
    );
  });
}

function reason(error: { code?: string | number | null; signal?: string | null; killed?: boolean }): string {
  if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code as string)) return 'missing';
  if (error.killed) return `no answer within ${patience / 1000} s, or too much of it`;
  return error.signal ? `ended by ${error.signal}` : `exit code ${error.code}`;
}
