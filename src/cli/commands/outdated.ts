/** mortise outdated: which plugins have newer versions on npm? */
import { Option } from 'commander';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { projectOf } from '../input/project.js';
import { parseDuration } from '../usage.js';

interface Options {
  config?: string;
  timeout: number;
  json?: true;
}

/** Adds `mortise outdated`. */
export const defineOutdated: DefineCommand = (program, cli) => {
  program
    .command('outdated')
    .summary('show which plugins have newer versions')
    .description(
      "Asks npm's registry about each plugin of the configuration that came from there. Newer versions don't change the exit code; a registry that doesn't answer does.",
    )
    .option(...configOption)
    .addOption(
      new Option('--timeout <time>', 'the longest that one call of npm may take')
        .argParser(parseDuration)
        .default(60_000, '1m'),
    )
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise outdated -c prod.toml')
    .action(async (options: Options) => show(cli, options));
};

async function show(cli: Cli, options: Options): Promise<void> {
  const [{ needConfig }, { outdated }, { renderOutdated }] = await Promise.all([
    import('../input/config.js'),
    import('../../shipping/outdated.js'),
    import('../render/shipping.js'),
  ]);
  const { cwd, env } = cli.io;
  const { config: path } = projectOf(cli, options);
  const config = await needConfig(cli, options.config);
  const plugins = await outdated(config, path, { cwd, env, timeoutMs: options.timeout });
  for (const { problem } of plugins) {
    if (!problem) continue;
    cli.exitCode = 2;
    await cli.warn(problem);
  }
  if (options.json) await cli.json({ plugins });
  else await cli.out.write(renderOutdated(plugins));
}
