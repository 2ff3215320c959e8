// One line a step: redrawn while it runs on a terminal, written once when it's done elsewhere.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';

const out = process.stderr;
const live = Boolean(out.isTTY) && process.env.TERM !== 'dumb' && !process.env.CI;
const colour = process.env.NO_COLOR
  ? false
  : process.env.FORCE_COLOR
    ? process.env.FORCE_COLOR !== '0'
    : live;
const paint = (code, text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
const words = { ok: 32, FAIL: 31, skip: 33 };

export const line = (word, name, detail = '') =>
  out.write(`  ${paint(words[word] ?? 0, word.padEnd(4))}  ${name.padEnd(13)}  ${detail}\n`);

const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Runs one step and says how it went. `work` returns a word about what it did, or throws a StepError. */
export async function step(name, work) {
  const start = performance.now();
  let last = '';
  let quiet = start;
  const tick = setInterval(() => {
    if (live) {
      const text = `  ${'…'.padEnd(4)}  ${name.padEnd(13)}  ${seconds(start)}  ${last}`;
      out.write(`\r\x1b[2K${text.slice(0, (out.columns ?? 80) - 1)}`);
    } else if (performance.now() - quiet > 30_000) {
      quiet = performance.now(); // a log that stands still for minutes looks like a hang
      line('…', name, seconds(start));
    }
  }, 120);
  const finish = (word, detail) => {
    clearInterval(tick);
    if (live) out.write('\r\x1b[2K');
    line(word, name, detail);
  };
  try {
    const detail = await work((text) => {
      last = text;
    });
    finish('ok', [seconds(start), detail].filter(Boolean).join('  '));
    return true;
  } catch (error) {
    finish('FAIL', `${seconds(start)}  ${error.message}`);
    if (error.output) out.write(`${error.output.trimEnd().replace(/^/gm, '        ')}\n`);
    return false;
  }
}

export class StepError extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/** Runs a program, reports its last line while it runs, and returns all that it wrote. */
export function run(command, args, { report = () => {}, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const take = (chunk) => {
      output += chunk;
      report(
        output
          .trimEnd()
          .split(/[\r\n]/)
          .at(-1)
          .trim(),
      );
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => reject(new StepError(error.message)));
    child.on('close', (code, signal) =>
      code === 0
        ? resolve(output)
        : reject(
            new StepError(`${[basename(command), ...args].join(' ')}: ended with ${signal ?? code}`, output),
          ),
    );
  });
}
