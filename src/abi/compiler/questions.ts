/** Asks the compiler about names and constants that it describes only where they are used. */
import { MortiseError } from '../../errors.js';

/** One line of a source file, by which the compiler says what a name is. */
export interface Question {
  name: string;
  text: string;
}

/** What one compiler error may hide of the next ones. */
const maxRounds = 5;

/**
 * Compiles the headers with all questions behind them. A question that the compiler refuses is left out: the text of a
 * header doesn't always tell what is a name (a macro may stand for a word that nothing defines).
 *
 * @param before what stands before the questions
 * @param compile throws the compiler's refusal
 * @param options of the compiler, beside those that make debug information
 * @returns the names that it refused
 * @throws MortiseError MORTISE_ERR_ABI_HEADERS when it refuses the headers themselves
 */
export async function askCompiler(
  before: string,
  compile: (source: string, ...args: string[]) => Promise<unknown>,
  options: readonly string[],
  questions: readonly Question[],
): Promise<Set<string>> {
  const refused = new Set<string>();
  const first = before.split('\n').length + 1;
  let asked = [...questions];
  for (let round = 1; ; round += 1) {
    const source = [before, ...asked.map(({ text }) => text), ''].join('\n');
    try {
      await compile(source, ...objectOptions, ...options);
      return refused;
    } catch (error) {
      const lines = linesOf(error).map((line) => asked[line - first]?.name);
      const bad = new Set(lines.flatMap((name) => name ?? []));
      if (bad.size === 0 || round === maxRounds) throw error;
      for (const name of bad) refused.add(name);
      asked = asked.filter(({ name }) => !bad.has(name));
    }
  }
}

/** With all that the headers define, used or not. */
const objectOptions = [
  '-c',
  '-g',
  '-gdwarf-4',
  '-O0',
  '-fno-eliminate-unused-debug-types',
  '-o',
  'abi.o',
] as const;

/** The lines of the source file itself that have errors. */
function linesOf(error: unknown): number[] {
  const stderr =
    error instanceof MortiseError ? String((error.cause as Error | undefined)?.message ?? '') : '';
  return [...stderr.matchAll(/^abi\.cc?:(\d+):\d+: (?:fatal )?error:/gm)].map(([, line]) => Number(line));
}
