/** From arguments to an exit code. */
import { type Argument, Command, CommanderError } from 'commander';
import { Cli } from './cli.js';
import { commands } from './commands/index.js';
import type { Io } from './io.js';
import { readManifest } from './package.js';
import { usageErrorOf } from './usage.js';

/**
 * Runs one command of the command line; `argv` starts after the program's name.
 *
 * @returns 0: pass. 1: a plugin failed. 2: the command could not run. Throws nothing.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const cli = new Cli(isPlain(argv) ? { ...io, env: { ...io.env, NO_COLOR: '1' } } : io);
  const program = defineProgram(cli);
  try {
    await program.parseAsync(argv, { from: 'user' });
    await cli.out.flush();
  } catch (error) {
    // Help and the version are thrown too, after they were printed; without a command, help is all there is to say.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const isJson = optionsOf(argv).includes('--json');
    const called = error instanceof CommanderError ? calledBy(program, argv) : program;
    await cli
      .fail(error instanceof CommanderError ? usageErrorOf(error, called) : error, isJson)
      .catch(() => {}); // stderr is gone as well: only the exit code is left
  }
  return cli.exitCode;
}

function defineProgram(cli: Cli): Command {
  const { out, err } = cli;
  const program = new Command('mortise')
    .description('Reads, checks, loads and calls native plugins.')
    .version(readManifest().version, '-v, --version', 'print the version')
    .option('--no-color', 'print without colours, as with NO_COLOR=1')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .usage('COMMAND [options]')
    .exitOverride()
    .configureHelp({
      styleTitle: (title) => out.colours.bold(title),
      // Every command has options; only what must be given is worth the width.
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      getOutHelpWidth: () => out.columns || 80,
      getErrHelpWidth: () => err.columns || 80,
      getOutHasColors: () => out.colours.isColorSupported,
      getErrHasColors: () => err.colours.isColorSupported,
      outputError: () => {}, // runCli tells it in mortise's own form
    })
    .addHelpText(
      'after',
      `
Examples:
  mortise verify plugins/libtenant_router.so   is it fit to be loaded?
  mortise list -c mortise.toml                 what does this configuration load?
  mortise new tenant_router --lang rust        start a plugin

Exit codes: 0 pass, 1 a plugin failed, 2 the command could not run.`,
    );
  for (const define of commands) define(program, cli);
  return program;
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** The command that was meant; the whole program when it is none. */
function calledBy(program: Command, argv: readonly string[]): Command {
  return program.commands.find((command) => command.name() === argv[0]) ?? program;
}

const optionsOf = (argv: readonly string[]) =>
  argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);

/** Before commander reads it, since errors of reading are coloured, too. */
const isPlain = (argv: readonly string[]) => optionsOf(argv).includes('--no-color');
