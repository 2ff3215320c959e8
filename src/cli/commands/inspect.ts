/** mortise inspect: what is in a binary. */

import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import type { Inspected } from '../inspected.js';

interface Options {
  exports?: true;
  imports?: true;
  json?: true;
}

/** Adds `mortise inspect`. */
export const defineInspect: DefineCommand = (program, cli) => {
  program
    .command('inspect')
    .summary('show what a binary contains')
    .description(
      "Shows a shared library's format, symbols, dependencies, version needs and identity. Nothing from it runs; files of other systems and processors are read as well.",
    )
    .argument('<path>', 'an ELF, Mach-O or PE file')
    .option('--exports', 'list every exported name')
    .option('--imports', 'list every imported name')
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise inspect --exports /usr/lib/x86_64-linux-gnu/libz.so.1')
    .action(async (path: string, options: Options) => inspect(cli, path, options));
};

async function inspect(cli: Cli, path: string, { json, exports, imports }: Options): Promise<void> {
  const { inspectFile } = await import('../inspected.js');
  const inspected: Inspected = await inspectFile(cli.resolve(path), path);
  if (json) {
    const { inspectDocument } = await import('../json/inspect.js');
    await cli.json(inspectDocument(inspected));
  } else {
    const { renderInspected } = await import('../render/inspect.js');
    await cli.out.write(
      renderInspected(inspected, { exports, imports, columns: cli.out.columns }, cli.out.colours),
    );
  }
}
