/** Calls that the command line does not understand. */
import { type Command, type CommanderError, InvalidArgumentError } from 'commander';
import { MortiseError } from '../errors.js';

/** A call that cannot be carried out as it was written. */
export function usageError(command: string, message: string, remedy?: string): MortiseError {
  const help = `See: ${command} --help`;
  return new MortiseError({
    code: 'MORTISE_ERR_USAGE',
    subject: command,
    message,
    remedy: remedy ? `${remedy} ${help}` : help,
  });
}

/** Commander's error as a coded one: its first line is the message, its suggestion the remedy. */
export function usageErrorOf(error: CommanderError, command: Command): MortiseError {
  const [first = '', ...rest] = error.message.split('\n');
  const message = first.replace(/^error: /, '');
  const suggestion = /\((Did you mean .*\?)\)/.exec(rest.join('\n'))?.[1];
  return usageError(nameOf(command), message, choicesOf(error, command) ?? suggestion);
}

/** "mortise verify", for the head of an error. */
function nameOf(command: Command): string {
  return command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
}

/** What may be said for an option that is missing. */
function choicesOf({ code, message }: CommanderError, { options }: Command): string | undefined {
  if (code !== 'commander.missingMandatoryOptionValue') return undefined;
  const choices = options.find(({ flags }) => message.includes(flags))?.argChoices ?? [];
  return choices.length > 0 ? `It is one of ${choices.join(', ')}.` : undefined;
}

/** "500ms", "10s", "2m", "1h" in milliseconds; for use as an option's parser. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''];
  const milliseconds = Number(number) * (factor ?? Number.NaN);
  // Node's timers count in 32 bits; a longer one would fire at once.
  if (!(milliseconds >= 1 && milliseconds < 2 ** 31)) {
    throw new InvalidArgumentError(
      'A time is a number and a unit, such as 500ms, 10s, 2m or 1h, below 25 days.',
    );
  }
  return milliseconds;
}

/** A whole number from 1 to 2³² − 1; for use as an option's parser. */
export function parseShards(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 2 ** 32 - 1) {
    throw new InvalidArgumentError('The number of shards is a whole number from 1 to 4294967295.');
  }
  return number;
}
