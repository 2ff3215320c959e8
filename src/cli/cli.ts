/** What every command shares: the streams, the exit code, and how errors are told. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { MortiseError, type Problem } from '../errors.js';
import type { Io } from './io.js';
import { logFor } from './log/formats.js';
import type { Log } from './log/log.js';
import { Output } from './output.js';

/** The number that every JSON document carries; it rises when a field changes its meaning or goes. */
export const schema = 1;

/** 0: pass. 1: a plugin failed. 2: the command could not run. */
export type ExitCode = 0 | 1 | 2;

/** One call of the command line. */
export class Cli {
  readonly out: Output;
  readonly err: Output;
  /** Also stderr, in the form that was asked for. */
  log: Log;
  #exitCode: ExitCode = 0;

  constructor(readonly io: Io) {
    this.out = new Output(io.stdout, io.env);
    this.err = new Output(io.stderr, io.env);
    this.log = logFor(this.err, io.env);
  }

  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  /** The worst code stays: a plugin that failed doesn't hide a file that is missing. */
  set exitCode(code: ExitCode) {
    if (code > this.#exitCode) this.#exitCode = code;
  }

  /** An absolute path from one that the user wrote. */
  resolve(path: string): string {
    return resolve(this.io.cwd, path);
  }

  /** The one JSON document of a command. */
  async json(document: object): Promise<void> {
    await this.out.write(`${JSON.stringify({ schema, ...document }, null, 2)}\n`);
  }

  /** Tells why the command could not run. */
  async fail(error: unknown, isJson: boolean): Promise<void> {
    this.exitCode = exitCodeOf(error);
    if (!(error instanceof MortiseError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await this.log.say(`This is an error in mortise, not in its use; please report it.\n${text}`, 'error');
      if (isJson)
        await this.out.write(`${JSON.stringify({ schema, errors: [{ message: String(error) }] })}\n`);
      return;
    }
    await this.tell(error);
    // One line, so that it also fits among the lines of `route --json`.
    if (isJson) await this.out.write(`${JSON.stringify({ schema, errors: error.problems })}\n`);
  }

  /** All problems of an error that stops nothing, or that ends the command otherwise. */
  async tell(error: MortiseError): Promise<void> {
    for (const problem of error.problems) await this.log.problem(problem);
  }

  /** A word of warning that stops nothing. */
  async warn(problem: Problem): Promise<void> {
    await this.log.problem(problem);
  }
}

/** What is wrong with the plugin itself; whatever else is thrown kept the command from running. */
const pluginCodes = /^MORTISE_ERR_(BINARY_|BUNDLE|FILE_EMPTY$|PLUGIN_REQUIRED$)/;

/** The exit code for something that was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof MortiseError && pluginCodes.test(error.code) ? 1 : 2;
}

/** How a file of src/cli/commands adds its command: options and help now, its work when it is called. */
export type DefineCommand = (program: Command, cli: Cli) => void;

/** The option that makes stdout a JSON document. */
export const jsonOption = ['--json', 'print JSON on stdout, and nothing else there'] as const;

/** The option that names the configuration. */
export const configOption = [
  '-c, --config <file>',
  'the configuration (default: mortise.toml here, if there is one)',
] as const;
