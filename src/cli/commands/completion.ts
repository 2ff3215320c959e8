/** mortise completion: what makes a shell complete commands, options and their values. */
import { Argument } from 'commander';
import type { DefineCommand } from '../cli.js';
import type { Shell } from '../render/completion.js';

/** Adds `mortise completion`. */
export const defineCompletion: DefineCommand = (program, cli) => {
  program
    .command('completion')
    .summary('print what makes a shell complete commands')
    .description(
      'Prints a script that completes commands, options and their values, made from the help. The shell reads it at its start; print it again after an update.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  mortise completion bash >~/.local/share/bash-completion/completions/mortise
  mortise completion zsh >~/.zfunc/_mortise
  mortise completion fish >~/.config/fish/completions/mortise.fish`,
    )
    .action(async (shell: Shell) => {
      const { renderCompletion } = await import('../render/completion.js');
      await cli.out.write(renderCompletion(program, shell));
    });
};
