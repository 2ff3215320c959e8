/** mortise pack: makes a bundle out of built libraries, or npm packages. */
import { type Cli, type DefineCommand, jsonOption } from '../cli.js';
import { usageError } from '../usage.js';

interface Options {
  output: string;
  /** The npm package's name. */
  npm?: string;
  json?: true;
}

/** Adds `mortise pack`. */
export const definePack: DefineCommand = (program, cli) => {
  program
    .command('pack')
    .summary('make a bundle of a plugin, to be shipped')
    .description(
      "Checks each library that a directory's plugin.json names, for the platform that it is named for, and packs them with the SHA-256 of each file. The same files give the same bytes. Nothing of the plugin runs.",
    )
    .argument('[directory]', 'where the plugin.json is', '.')
    .option('-o, --output <directory>', 'where the tarballs go', '.')
    .option('--npm <name>', 'make npm packages of that name: one with plugin.json, and one for each platform')
    .option(...jsonOption)
    .addHelpText('after', '\nExamples:\n  mortise pack\n  mortise pack --npm @acme/tenant-router -o dist')
    .action(async (directory: string, options: Options) => pack(cli, directory, options));
};

/** As npm takes names. */
const packageForm = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;

async function pack(cli: Cli, given: string, { output, npm, json }: Options): Promise<void> {
  if (npm !== undefined && (!packageForm.test(npm) || npm.length > 200))
    throw usageError('mortise pack', `${JSON.stringify(npm)} is not a name of an npm package`);
  const [{ packBundle, packPackages }, { renderPacked }] = await Promise.all([
    import('../../shipping/pack.js'),
    import('../render/pack.js'),
  ]);
  const [directory, target] = [cli.resolve(given), cli.resolve(output)];
  const packed =
    npm === undefined ? await packBundle(directory, target) : await packPackages(directory, target, npm);
  if (json) await cli.json(packed);
  else await cli.out.write(renderPacked(packed, cli.io.cwd));
}
