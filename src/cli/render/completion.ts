/** What `mortise completion` prints, from commander's own tree of commands. */
import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** @returns a script that the shell sources, or finds by its name */
export function renderCompletion(program: Command, shell: Shell): string {
  return { bash, zsh, fish }[shell](program);
}

/** Help's, too: it is an option that commander keeps apart. */
const optionsOf = (command: Command): readonly Option[] => command.createHelp().visibleOptions(command);
const flagsOf = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);
const takesValue = ({ required, optional }: Option): boolean => required || optional;
const named = (program: Command): readonly Command[] => program.createHelp().visibleCommands(program);
const choicesOf = ({ registeredArguments }: Command): readonly string[] =>
  registeredArguments[0]?.argChoices ?? [];

/** In single quotes, as bash and zsh read them. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const words = (all: readonly string[]): string =>
  `COMPREPLY=($(compgen -W ${quoted(all.join(' '))} -- "$cur"))`;

/** What isn't answered is a file, by `-o default`. */
function bash(program: Command): string {
  const commands = named(program);
  const values = commands.flatMap((command) =>
    optionsOf(command)
      .filter(takesValue)
      .map((option) => {
        const when = flagsOf(option).map((flag) => quoted(`${command.name()} ${flag}`));
        return `    ${when.join('|')}) ${option.argChoices ? `${words(option.argChoices)}; ` : ''}return ;;`;
      }),
  );
  const rest = commands.map((command) => {
    const flags = words(optionsOf(command).flatMap(flagsOf));
    const choices = choicesOf(command);
    const other = choices.length > 0 ? `else ${words(choices)}; ` : '';
    return `    ${command.name()}) if [[ $cur == -* ]]; then ${flags}; ${other}fi ;;`;
  });
  const first = [...commands.map((command) => command.name()), ...optionsOf(program).flatMap(flagsOf)];
  return `# Completes mortise in bash.
_mortise() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $word != -* ]]; then command=$word; break; fi
  done
  COMPREPLY=()
  case "$command \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case $command in
    '') ${words(first)} ;;
    help) ${words(commands.map((command) => command.name()))} ;;
${rest.filter((line) => !line.startsWith('    help)')).join('\n')}
  esac
}
complete -o default -o bashdefault -F _mortise mortise
`;
}

function zsh(program: Command): string {
  const commands = named(program);
  /** Of `_arguments`: brackets end a description, and a colon begins a message. */
  const plain = (text: string) => text.replace(/[[\]\\:]/g, '\\$&');
  const spec = (option: Option) => {
    const flags = flagsOf(option);
    const [only] = flags;
    const names = flags.length > 1 ? `${quoted(`(${flags.join(' ')})`)}{${flags.join(',')}}` : only;
    const values = option.argChoices ? `(${option.argChoices.join(' ')})` : '_files';
    const value = takesValue(option) ? `:${plain(option.attributeName())}:${values}` : '';
    return `${names}${quoted(`[${plain(option.description)}]${value}`)}`;
  };
  const cases = commands.map((command) => {
    const choices = choicesOf(command);
    const files = quoted(choices.length > 0 ? `1:value:(${choices.join(' ')})` : '*:file:_files');
    const parts = [...optionsOf(command).map(spec), files];
    return `    ${command.name()})\n      _arguments \\\n        ${parts.join(' \\\n        ')} ;;`;
  });
  const summaries = commands.map((command) =>
    quoted(`${command.name()}:${plain(command.summary() || command.description())}`),
  );
  return `#compdef mortise
# Completes mortise in zsh.
_mortise() {
  local -a commands
  commands=(
    ${summaries.join('\n    ')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
# Found by its name, the file is the function; sourced, it is said whose it is.
if [[ $funcstack[1] == _mortise ]]; then _mortise "$@"; else compdef _mortise mortise; fi
`;
}

function fish(program: Command): string {
  /** In fish's single quotes a backslash escapes. */
  const text = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`;
  const lines = named(program).flatMap((command) => {
    const inside = `-n ${text(`__fish_seen_subcommand_from ${command.name()}`)}`;
    const summary = command.summary() || command.description();
    return [
      `complete -c mortise -n __fish_use_subcommand -f -a ${command.name()} -d ${text(summary)}`,
      ...choicesOf(command).map((choice) => `complete -c mortise ${inside} -f -a ${text(choice)}`),
      ...optionsOf(command).map((option) => {
        const { short, long, argChoices, description } = option;
        const flags = [short && `-s ${short.slice(1)}`, long && `-l ${long.slice(2)}`].filter(Boolean);
        const value = argChoices ? ` -x -a ${text(argChoices.join(' '))}` : takesValue(option) ? ' -r' : '';
        return `complete -c mortise ${inside} ${flags.join(' ')}${value} -d ${text(description)}`;
      }),
    ];
  });
  return `# Completes mortise in fish.\n${lines.join('\n')}\n`;
}
