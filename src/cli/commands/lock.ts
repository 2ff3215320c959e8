/** mortise lock: writes down which plugins, byte for byte, a host may load. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaultConfigName, lockBeside } from '../../config/names.js';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';

interface Options {
  /** The configuration's path; default: mortise.toml. */
  config?: string;
  /** The lock file's path. */
  output?: string;
  json?: true;
}

/** Adds `mortise lock`. */
export const defineLock: DefineCommand = (program, cli) => {
  program
    .command('lock')
    .summary('write down which plugins a host may load')
    .description(
      "Writes mortise.lock: name, version and SHA-256 of each plugin and of the libraries beside it. A host refuses plugins that differ from the lock file beside its configuration, and so does verify. Without paths the configuration's plugins are locked. The plugins stand for all entries of their platforms; entries for other platforms stay.",
    )
    .argument('[path...]', "plugins, also of other platforms (default: the configuration's)")
    .option('-o, --output <file>', 'the lock file (default: mortise.lock beside the configuration, or here)')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExamples:\n  mortise lock\n  mortise lock -o mortise.lock prebuilds/*/*')
    .action(async (paths: string[], options: Options) => lock(cli, paths, options));
};

async function lock(cli: Cli, paths: string[], options: Options): Promise<void> {
  const [
    { needConfig },
    { lockablePlugins, lockEntries },
    { readLock },
    { merged, lockText },
    { saveLock },
    render,
  ] = await Promise.all([
    import('../input/config.js'),
    import('../../verify/lock.js'),
    import('../../loader/lock/read.js'),
    import('../../loader/lock/write.js'),
    import('../../loader/lock/save.js'),
    import('../render/lock.js'),
  ]);
  const config = paths.length === 0 || options.config ? await needConfig(cli, options.config) : undefined;
  const said = config && (config.host.lock ?? lockBeside(config.path));
  const path = cli.resolve(options.output ?? said ?? lockBeside(defaultConfigName));
  // Read before anything is made: a damaged one is not to be overwritten unseen.
  const before = existsSync(path) ? readLock(path).entries : [];
  const files =
    paths.length > 0 ? paths.map((one) => cli.resolve(one)) : config ? await lockablePlugins(config) : [];
  const written = await lockEntries(files, dirname(path));
  const entries = merged(before, written);
  saveLock(path, lockText(entries));
  const changes = render.changesOf(before, entries);
  if (options.json) await cli.json({ path, plugins: written, changes });
  else await cli.out.write(render.renderLocked(path, written, changes, cli.io.cwd));
}
