/** The command line that shows a developer where a plugin goes wrong. */
import { childFile } from './process.js';
import type { Trial } from './run.js';

/** Runs the same child by hand, without the trial around it. */
export function debugCommand(trial: Trial, kind: 'crash' | 'exit' | 'hang'): string {
  const { path, config, host, providers, check } = trial;
  const isBare = providers.length === 0 && Object.keys(host).length === 0 && check === undefined;
  const program = [process.execPath, childFile, path];
  if (!isBare || Object.keys(config).length > 0) program.push(JSON.stringify(config, plain));
  if (!isBare) program.push(JSON.stringify({ host, providers, check }, plain));
  const args = program.map(quoted).join(' ');
  if (process.platform === 'darwin') {
    const stop = kind === 'exit' ? '-o "breakpoint set -n exit" ' : '';
    return `lldb ${stop}-o run ${kind === 'hang' ? '' : '-o bt '}-- ${args}`;
  }
  const stop = kind === 'exit' ? '-ex "break exit" ' : '';
  return `gdb ${stop}-ex run -ex "backtrace 15" --args ${args}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON has no bigints; the host takes a number of that size for the same. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
