/** mortise inspect: what is in a binary. */

import { MortiseError } from '../../errors.js';
import { type Cli, type DefineCommand, exitCodeOf, jsonOption } from '../cli.js';

interface Options {
  exports?: true;
  imports?: true;
  json?: true;
}

/** Adds `mortise inspect`. */
export const defineInspect: DefineCommand = (program, cli) => {
  program
    .command('inspect')
    .summary('show what binaries contain')
    .description(
      "Shows a shared library's format, symbols, dependencies, version needs and identity. Nothing from it runs; files of other systems and processors are read as well.",
    )
    .argument('<path...>', 'ELF, Mach-O or PE files')
    .option('--exports', 'list every exported name')
    .option('--imports', 'list every imported name')
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise inspect --exports /usr/lib/x86_64-linux-gnu/libz.so.1')
    .action(async (paths: string[], options: Options) => inspect(cli, paths, options));
};

async function inspect(cli: Cli, paths: string[], { json, exports, imports }: Options): Promise<void> {
  const [{ inspectFile }, { inspectDocument }, { renderInspected }] = await Promise.all([
    import('../inspected.js'),
    import('../json/inspect.js'),
    import('../render/inspect.js'),
  ]);
  const view = { exports, imports, columns: cli.out.columns };
  const files: object[] = [];
  let shown = 0;
  for (const path of paths) {
    try {
      const inspected = await inspectFile(cli.resolve(path), path);
      if (json) files.push(inspectDocument(inspected));
      else {
        const gap = shown++ > 0 ? '\n' : '';
        await cli.out.write(gap + renderInspected(inspected, view, cli.out.colours));
      }
    } catch (error) {
      // One of several that can't be read hides none of the others.
      if (paths.length === 1 || !(error instanceof MortiseError)) throw error;
      cli.exitCode = exitCodeOf(error);
      await cli.tell(error);
      files.push({ path, errors: error.problems });
    }
  }
  if (json) await cli.json(paths.length === 1 ? (files[0] as object) : { files });
}
