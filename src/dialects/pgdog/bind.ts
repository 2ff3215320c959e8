/**
 * Loads a PgDog plugin and the bridge that fits it, and makes the two a link of the routing chain. What fails is
 * rolled back: after a failure nothing of the plugin is called any more.
 */
import { MortiseError } from '../../errors.js';
import { warned } from '../../loader/checks/result.js';
import type { BindOptions, CheckResult, ServiceNeed, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import '../../capabilities/routing/offer.js';
import { addon, type NativeHost, type NativePlugin } from '../../native/addon.js';
import type { Library } from '../../native/library.js';
import { type NativeInstance, pgdogAddon } from '../../native/pgdog.js';
import { packVersion } from '../../services/version.js';
import { type Bridge, findBridges } from './bridges.js';
import { parserUnknown } from './check-bridge.js';
import { choose } from './choose.js';
import { problemOf } from './fault.js';
import { unknown } from './identity.js';
import { symbols } from './layout.js';
import { settingsOf } from './settings.js';
import { staticText } from './static-text.js';

/** @throws MortiseError MORTISE_ERR_BRIDGE, _DEPENDENCY_MISSING, _COPY_FAILED, _LOAD_FAILED, _TOOLCHAIN_MISMATCH, _PARSER_MISMATCH, _CONFIG_*, _SERVICE_* */
export function bind(
  plugin: Validated,
  { host, config, load, loadCompanion, loaded, step }: BindOptions,
): Running {
  const { identity, path, image } = plugin;
  const { settings, problems } = settingsOf(config, identity.name);
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
  const { bridges, places } = findBridges(path, settings.bridge);
  const fitting = (rustc: string, declared?: string): Bridge => {
    const chosen = choose(bridges, places, { path, rustc, stated: settings.pg_query, declared });
    if ('problem' in chosen) throw new MortiseError(chosen.problem);
    return chosen.bridge;
  };
  // Before anything of it runs, as far as the file tells.
  if (identity.toolchain !== unknown) fitting(identity.toolchain);
  const library = load();
  const has = (symbol: string) => image.exports.includes(symbol);
  const text = (symbol: string) =>
    has(symbol) ? (pgdogAddon().pgdogText(library.address(symbol)) ?? '') : '';
  const rustc = text(symbols.rustc);
  if (identity.toolchain !== unknown && rustc !== identity.toolchain) throw otherCompiler(plugin, rustc);
  const declared = text(symbols.parser);
  const bridge = fitting(rustc, declared);

  const native = addon().createPlugin(host, { name: identity.name, path, config: {} });
  const address = (symbol: string) => (has(symbol) ? library.address(symbol) : undefined);
  const instance = pgdogAddon().pgdogOpen(native, address(symbols.init), address(symbols.fini));
  let isEnding = false;
  const stop = () => {
    if (!isEnding) step({ name: 'fini', entry: has(symbols.fini) ? symbols.fini : undefined });
    isEnding = true;
    pgdogAddon().pgdogStop(instance);
    return addon().stopPlugin(native, 0);
  };
  try {
    step({ name: 'link' });
    if (has(symbols.route)) {
      linkRoute(instance, library, bridge, loadCompanion(bridge.path), treeTable(plugin, native, host));
    }
    loaded();
    step({ name: 'init', entry: has(symbols.init) ? symbols.init : undefined });
    pgdogAddon().pgdogInit(instance);
    return {
      offers: has(symbols.route) ? { routing: { native, problemOf } } : {},
      warnings: [uncontained(path), ...late(plugin, settings.pg_query, declared, bridge)],
      // It has no services, and no tasks.
      retire: () => [],
      settle: () => 0,
      abandon: (problem) => addon().abandonPlugin(native, problem),
      stop,
    };
  } catch (error) {
    isEnding = true;
    stop();
    throw error;
  }
}

function linkRoute(
  instance: NativeInstance,
  library: Library,
  { path, rustc, parser }: Bridge,
  loaded: Library,
  sql: bigint,
): void {
  const linked = pgdogAddon().pgdogLink(instance, {
    identity: loaded.address('mortise_pgdog_bridge'),
    make: loaded.address('mortise_pgdog_link'),
    ask: loaded.address('mortise_pgdog_route'),
    rustc,
    parser,
    route: library.address(symbols.route),
    sql,
  });
  if (linked) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_BRIDGE',
    message: 'it changed after it was read',
    subject: path,
    where: 'mortise_pgdog_bridge',
    expected: `a bridge for ${rustc} and pg_query ${parser}`,
    found: 'another one',
    remedy: 'Start the host again, and replace bridges by renaming, not by writing into them.',
  });
}

/** Counts the plugin's lease of the service that its file is said to need; where its table lies. */
function treeTable({ path, identity }: Validated, plugin: NativePlugin, host: NativeHost): bigint {
  const [need] = identity.requires as [ServiceNeed];
  const { name, major, minor, symbol } = need;
  const service = addon()
    .listServices(host)
    .find((one) => one.name === name && one.major === major);
  const version = packVersion(major, minor);
  const linked =
    service && addon().linkCell(plugin, undefined, name, version, false, service.signature) === 'linked';
  if (linked) return service.table;
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_UNKNOWN',
    message: `needs ${name} ${major}.${minor}, which this host does not have`,
    subject: path,
    where: symbol,
    expected: `${name} ${major}.${minor}`,
    found: 'none',
    remedy: 'Upgrade the host.',
  });
}

/** The file may hold objects of several compilers; the function says whose types the plugin reads. */
function otherCompiler({ path, identity }: Validated, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH',
    message: `its file names ${identity.toolchain}, and ${symbols.rustc} answers "${found}"`,
    subject: path,
    where: symbols.rustc,
    expected: identity.toolchain,
    found: found || 'an empty text',
    remedy: 'Build the plugin again from scratch: cargo clean, then cargo build --release.',
  });
}

/** What no host can promise of such a plugin. */
function uncontained(path: string): CheckResult {
  return warned('contained', {
    code: 'MORTISE_WARN_UNCONTAINED',
    message:
      'a panic in it ends this process, what it prints goes to this process’s output, and its types are only known by the compiler’s version',
    subject: path,
    where: symbols.route,
    expected:
      'a plugin that neither panics nor prints, of a compiler that lays types out as its version does',
    found: 'a plugin whose functions cannot be interrupted',
    remedy: 'See docs/pgdog.md, and run it in a process that may end.',
  });
}

/** What the file didn't tell. */
function late(
  { path, image, source }: Validated,
  stated: string | undefined,
  declared: string,
  bridge: Bridge,
) {
  const isKnown = staticText(source, image, symbols.parser) !== undefined;
  return !isKnown && stated === undefined && declared === '' ? [parserUnknown(path, bridge)] : [];
}
