/**
 * Loads a plugin of collectd's: registered, configured, initialised, as its daemon does it. What fails is rolled back:
 * after a failure nothing of the plugin is called any more.
 */
import { basename } from 'node:path';
import '../../capabilities/collecting/offer.js';
import { collectingOffer } from '../../capabilities/collecting/offer.js';
import { MortiseError, type Problem } from '../../errors.js';
import { warned } from '../../loader/checks/result.js';
import type { BindOptions, CheckResult, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import { addon } from '../../native/addon.js';
import { collectdAddon, type NativeCollectdPlugin, type NativeDaemon } from '../../native/collectd.js';
import type { CollectdItem } from '../../native/collectd-config.js';
import { releaseDaemon, useDaemon } from '../../native/collectd-daemon.js';
import { type PluginConfig, pluginConfig } from './config.js';
import { entry, words } from './layout.js';

/** Extensions of these languages are linked to what the plugin brings: collectd's default for Globals. */
const interpreters = ['perl', 'python'];

/** How long its callbacks may run on once it stops where nothing can be awaited. */
const patienceMs = 5_000;

/**
 * @throws MortiseError MORTISE_ERR_LOAD_FAILED, _CONFIG_TYPE, _COLLECTD_HOST, _COLLECTD_LIBRARY, _COLLECTD_OPTION,
 *   _INIT_FAILED
 */
export function bind(plugin: Validated, { host, config, load, loaded, step }: BindOptions): Running {
  const { identity, path } = plugin;
  const { load: options, blocks, problems } = pluginConfig(config, identity.name);
  throwAll(problems);
  const daemon = useDaemon(host);
  let undo = () => releaseDaemon(host);
  try {
    const library = load({ global: options.Globals ?? interpreters.includes(identity.name) });
    const base = addon().createPlugin(host, { name: identity.name, path, config: {} });
    const native = collectdAddon().collectdPlugin(daemon, base, {
      name: identity.name,
      interval: options.Interval,
      flushInterval: options.FlushInterval,
      flushTimeout: options.FlushTimeout,
    });
    let isEnding = false;
    let isGone = false;
    const stop = (limitMs = patienceMs) => {
      if (!isEnding) step({ name: 'fini', entry: words.steps.fini });
      isEnding = true;
      const ended = addon().stopPlugin(base, limitMs);
      if (ended && !isGone) {
        isGone = true;
        collectdAddon().collectdForget(daemon, native);
        releaseDaemon(host);
      }
      return ended;
    };
    undo = () => {
      // What failed to start has nothing to end that anybody hears of.
      isEnding = true;
      stop();
    };
    loaded();
    step({ name: 'register', entry });
    collectdAddon().collectdStart(daemon, native, library.address(entry));
    configure(daemon, blocks, identity.name);
    step({ name: 'init', entry: words.steps.init });
    const warnings = init(daemon, native, plugin);
    return {
      offers: { collecting: collectingOffer(host, identity.name) },
      warnings,
      // It has no services.
      retire: () => [],
      settle: () => addon().settlePlugin(base),
      abandon: (problem) => addon().abandonPlugin(base, problem),
      stop,
    };
  } catch (error) {
    undo();
    throw error;
  }
}

function throwAll(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
}

/** One refused line is enough: collectd doesn't start then either. */
function configure(daemon: NativeDaemon, blocks: PluginConfig['blocks'], name: string): void {
  throwAll(
    blocks.flatMap((block) => {
      const { outcome, problems } = collectdAddon().collectdConfigure(daemon, name, block);
      if (outcome === 'absent' && block.children.length > 0) return [notConfigurable(block, name)];
      return problems.map((problem) => ({ ...problem, subject: name }));
    }),
  );
}

function notConfigurable({ file, line, children }: CollectdItem, name: string): Problem {
  return {
    code: 'MORTISE_ERR_COLLECTD_OPTION',
    message: `${name} has no options at all`,
    subject: name,
    where: file === '' ? 'config' : `line ${line} of ${file}`,
    expected: 'no configuration',
    found: children.map(({ key }) => key).join(', '),
    remedy: `Remove the block for ${name}.`,
  };
}

/** Where one fails, its read callback is gone, and the rest of the plugin goes on: that is collectd's way. */
function init(
  daemon: NativeDaemon,
  native: NativeCollectdPlugin,
  { identity, path }: Validated,
): CheckResult[] {
  const failed = collectdAddon()
    .collectdInit(daemon, native)
    .filter(({ status }) => status !== 0);
  if (failed.length === 0) return [];
  const left = collectdAddon()
    .collectdRegistrations(daemon, native)
    .filter(({ kind }) => kind !== 'config' && kind !== 'init' && kind !== 'shutdown');
  const problem = (status: number, callback: string) => ({
    message: `the init callback of ${callback} failed with ${status}`,
    subject: path,
    where: `${words.steps.init} of ${basename(path)}`,
    expected: '0',
    found: String(status),
    remedy: `${identity.name} says why in the log.`,
  });
  if (left.length === 0) {
    throwAll(
      failed.map(({ name, status }) => ({ code: 'MORTISE_ERR_INIT_FAILED', ...problem(status, name) })),
    );
  }
  const rest = left.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return failed.map(({ name, status }) => {
    const said = problem(status, name);
    const message = `${said.message}: its read callback is gone, and ${rest} goes on`;
    return warned('init', { ...said, code: 'MORTISE_WARN_COLLECTD_INIT', message });
  });
}
