/** A folder in which a reader of one page would stand: the clone, and what the page writes into it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

const linked = ['abi', 'example-plugins', 'include', 'rust', 'target', 'workload'];

/** Inside the clone, so that `import 'mortise'` finds the package that the file lies in. */
export function makeFolder(): string {
  mkdirSync('.cache', { recursive: true });
  const folder = resolve(mkdtempSync('.cache/docs-'));
  const npx = join(folder, 'npx');
  // The real one looks through packages first, and needs longer for it than the command for its work.
  const main = resolve('dist/cli.js');
  writeFileSync(npx, `#!/bin/sh\n[ "$1" = mortise ] && shift && exec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(npx, 0o755);
  return folder;
}

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Session {
  readonly folder: string;
  readonly #tools: string;
  readonly #state: string;

  constructor(root: string, page: string) {
    this.#tools = root;
    const name = page.replace(/\W+/g, '-');
    this.folder = join(root, name);
    this.#state = join(root, `${name}.sh`);
    mkdirSync(join(this.folder, 'plugins'), { recursive: true });
    for (const entry of linked) {
      if (existsSync(entry)) symlinkSync(resolve(entry), join(this.folder, entry));
    }
    // A copy: an example writes one of its own.
    copyFileSync('mortise.toml', join(this.folder, 'mortise.toml'));
    const firewall = 'libquery_firewall.so';
    copyFileSync(
      `example-plugins/c-query-firewall/build/${firewall}`,
      join(this.folder, 'plugins', firewall),
    );
    writeFileSync(this.#state, `cd '${this.folder}'\n`);
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    rmSync(path, { force: true }); // a link into the clone must not be written through
    writeFileSync(path, text);
    return path;
  }

  /** Directory and variables stay for the next call. */
  shell(script: string): Result {
    const keep = `trap '{ export -p; echo "cd $(printf %q "$PWD")"; } > "${this.#state}.new"' EXIT`;
    const args = ['-c', `. "${this.#state}"\n${keep}\nset -aeo pipefail\n${script}\n`];
    const result = this.#run('bash', args);
    renameSync(`${this.#state}.new`, this.#state);
    return result;
  }

  node(file: string): Result {
    return this.#run(process.execPath, [join(this.folder, file)]);
  }

  #run(program: string, args: string[]): Result {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${this.#tools}:${process.env.PATH}`,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        CARGO_NET_OFFLINE: 'true',
        CARGO_TERM_QUIET: 'true',
        NODE_OPTIONS: undefined,
        VITEST: undefined,
      },
      timeout: 300_000,
    });
    if (error) throw error;
    return { code: status, stdout, stderr };
  }
}
