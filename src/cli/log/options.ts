/** The options of commands that go on and log. */
import { Option } from 'commander';
import { type Severity, severities } from '../../services/built-in/log.js';
import type { Cli } from '../cli.js';
import { count } from '../render/text.js';
import { type LogFormat, logFor, logFormats } from './formats.js';

export interface LogOptions {
  severity: Severity;
  /** Default: journald's where stderr is its stream, else text. */
  log?: LogFormat;
}

export const severityOption = (severity: Severity) =>
  new Option('--severity <severity>', 'the least severe lines of plugins to show')
    .choices(severities)
    .default(severity);

export const logOption = () =>
  new Option(
    '--log <format>',
    "how stderr is written (default: as journald's where it is its stream, else as text)",
  ).choices(logFormats);

/** From now on the command's stderr has the format that was asked for, and a full disk under it ends nothing. */
export function takeLog(cli: Cli, { log }: LogOptions): void {
  if (log) cli.log = logFor(cli.err, cli.io.env, log);
  cli.err.goOn((lost) => {
    void cli.log.say(`${count(lost, 'line')} of the log could not be written before this.`, 'warning');
  });
}
