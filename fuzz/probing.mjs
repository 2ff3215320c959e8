// Builds the prober, and asks it.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

function compile() {
  const source = `${root}fuzz/probe/probe.c`;
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const output = `${root}build/fuzz/probe-${hash}.node`;
  if (existsSync(output)) return output;
  mkdirSync(`${root}build/fuzz`, { recursive: true });
  const partial = `${output}.${process.pid}`;
  const include = `-I${root}node_modules/node-api-headers/include`;
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-fPIC', '-shared', include];
  execFileSync(process.env.CC ?? 'cc', [...flags, source, '-o', partial, '-lgcc_s'], { stdio: 'inherit' });
  renameSync(partial, output);
  return output;
}

/** A prober is started again when it ends by itself, so often. */
const maxRestarts = 10;

/** Asks a prober about one file after the other; it reads ahead, so several may be under way. */
export class Prober {
  #waiting = [];
  #child;
  #restarts = 0;
  #seconds;

  constructor({ seconds = 3 } = {}) {
    this.#seconds = seconds;
    this.#start();
  }

  #start() {
    const script = `${root}fuzz/prober.mjs`;
    const child = spawn(process.execPath, [script, compile(), String(this.#seconds)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // What a library of the corpus would read must be the same for everybody.
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line)),
    );
    child.stdin.on('error', () => {}); // it has ended, which is said below
    child.on('close', (code, signal) => {
      if (this.#waiting.length === 0) return;
      if (++this.#restarts <= maxRestarts) {
        this.#start();
        for (const { path } of this.#waiting) this.#child.stdin.write(`${path}\n`);
      } else {
        for (const { reject } of this.#waiting.splice(0)) {
          reject(new Error(`the prober ended: ${code ?? signal}`));
        }
      }
    });
    this.#child = child;
  }

  /** @returns {Promise<[string, string]>} the outcome, and what the loader said */
  probe(path) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ path, resolve, reject });
      this.#child.stdin.write(`${path}\n`);
    });
  }

  close() {
    this.#child.stdin.end();
  }
}
