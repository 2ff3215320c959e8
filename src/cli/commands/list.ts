/** mortise list: what does this configuration load? */

import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import { callbacksOf, type ListedPlugin } from '../json/list.js';

interface Options {
  config?: string;
  json?: true;
}

/** Adds `mortise list`. */
export const defineList: DefineCommand = (program, cli) => {
  program
    .command('list')
    .summary('show what a configuration loads')
    .description(
      "Opens a host from the configuration, shows each plugin's state and, where one is not ready, why, and closes the host again.",
    )
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExample:\n  mortise list -c mortise.toml')
    .action(async (options: Options) => list(cli, options));
};

async function list(cli: Cli, options: Options): Promise<void> {
  const [{ needConfig }, { openHost }, { pluginRecord }] = await Promise.all([
    import('../input/config.js'),
    import('../open-host.js'),
    import('../../registry/record.js'),
  ]);
  const host = await openHost(cli, await needConfig(cli, options.config), {
    toleratesUnready: true,
    isIdle: true,
  });
  // Closing moves every plugin to another state: look first.
  const plugins = [...host.plugins].map((plugin): ListedPlugin => {
    const { collecting } = plugin.offers;
    return { ...pluginRecord(plugin), ...(collecting && { collecting: callbacksOf(collecting) }) };
  });
  await host.close();
  const ready = plugins.filter(({ state }) => state === 'ready').length;
  if (ready < plugins.length) cli.exitCode = 1;
  if (options.json) {
    await cli.json({
      plugins,
      summary: { plugins: plugins.length, ready, notReady: plugins.length - ready },
    });
  } else {
    const { renderPlugins } = await import('../render/list.js');
    await cli.out.write(renderPlugins(plugins, cli.io.cwd, cli.out.colours, cli.out.columns));
  }
}
