/**
 * Links a loaded plugin of mortise's own dialect to the host, registers and initialises it. What fails is
 * rolled back: after a failure nothing of the plugin is called any more.
 */
import { basename } from 'node:path';
import { collectingOffer } from '../../capabilities/collecting/offer.js';
import type { ConfigTable } from '../../config/value.js';
import { type ErrorCode, MortiseError, type Problem } from '../../errors.js';
import { warned } from '../../loader/checks/result.js';
import type { BindOptions, CheckResult, Identity, ServiceNeed, Validated } from '../../loader/record.js';
import type { Running } from '../../loader/running.js';
import {
  difference,
  fitsVersion,
  otherSignature,
  shownSignature,
  type WantedService,
} from '../../loader/service-fits.js';
import '../../capabilities/routing/offer.js';
import { shown } from '../../messages/shown.js';
import { addon, type NativeHost, type NativeOutcome, type NativePlugin } from '../../native/addon.js';
import type { Library } from '../../native/library.js';
import { packVersion } from '../../services/version.js';
import { plainConfig } from './config.js';
import { unusedKeys, valueAt } from './config-paths.js';
import { dataSourceOf, type PluginSource, stillAsked } from './data-source.js';
import { symbols } from './layout.js';

/** How long a plugin's tasks may run on once it stops where nothing can be awaited. */
const patienceMs = 5_000;

/**
 * @throws MortiseError MORTISE_ERR_LOAD_FAILED, _CONFIG_TYPE, _SERVICE_*, _REGISTER_FAILED, _INIT_FAILED, _CONFIG_VALUE
 */
export function bind(plugin: Validated, { host, config, load, loaded, step }: BindOptions): Running {
  const library = load();
  const native = create(plugin, library, host, config);
  loaded();
  let isEnding = false;
  let source: PluginSource | undefined;
  const stop = (limitMs = patienceMs) => {
    if (!isEnding) step({ name: 'fini', entry: entryOf(plugin, symbols.fini) });
    isEnding = true;
    if (source?.isUsed) {
      addon().abandonPlugin(native, stillAsked(plugin.identity.name));
      return false;
    }
    return addon().stopPlugin(native, limitMs);
  };
  try {
    step({ name: 'link' });
    linkServices(plugin, library, native, host);
    step({ name: 'register', entry: entryOf(plugin, symbols.register) });
    succeed(addon().registerPlugin(native), 'MORTISE_ERR_REGISTER_FAILED', symbols.register, plugin, config);
    const registered = checkProvided(plugin, host);
    step({ name: 'init', entry: entryOf(plugin, symbols.init) });
    const outcome = addon().initPlugin(native);
    succeed(outcome, 'MORTISE_ERR_INIT_FAILED', symbols.init, plugin, config);
    const collecting = collectingOffer(host, plugin.identity.name);
    source = dataSourceOf(host, native, plugin.identity.name);
    return {
      offers: {
        ...(plugin.image.symbols.has(symbols.route) && { routing: { native } }),
        ...(collecting && { collecting }),
        ...(source && { querying: source }),
      },
      warnings: [
        ...registered,
        ...unusedKeys(outcome, plugin.identity.name).map((warning) => warned('config', warning)),
      ],
      retire: (always) => addon().retirePlugin(native, always),
      settle: () => (source?.settle() ?? 0) + addon().settlePlugin(native),
      abandon: (problem) => addon().abandonPlugin(native, problem),
      stop,
    };
  } catch (error) {
    // What failed to start has nothing to end: its module_fini isn't called.
    isEnding = true;
    stop();
    throw error;
  }
}

/** The name of an entry point, when the plugin has it. */
const entryOf = ({ image }: Validated, symbol: string) =>
  image.exports.includes(symbol) ? symbol : undefined;

function create(
  { path, identity, image }: Validated,
  library: Library,
  host: NativeHost,
  config: ConfigTable,
) {
  // Not image.symbols: module_host is a null in the file, so no bytes stand behind it.
  const address = (symbol: string) => (image?.exports.includes(symbol) ? library.address(symbol) : undefined);
  return addon().createPlugin(host, {
    name: identity.name,
    path,
    config: plainConfig(config, identity.name),
    toolchain: identity.toolchain,
    exactToolchain: identity.exactToolchain,
    needsTrees: identity.needsTrees,
    register: address(symbols.register),
    init: address(symbols.init),
    route: address(symbols.route),
    fini: address(symbols.fini),
    moduleHost: address(symbols.host),
  });
}

/** Whether the file says what was registered: a host goes by the file when it orders and checks plugins. */
function checkProvided({ identity, path }: Validated, host: NativeHost): CheckResult[] {
  const services = addon()
    .listServices(host)
    .filter(({ provider }) => provider === identity.name);
  const same = (one: Service, other: Service) =>
    one.name === other.name && one.major === other.major && one.minor === other.minor;
  const missing = identity.provides.filter((said) => !services.some((service) => same(service, said)));
  const unsaid = services.filter((service) => !identity.provides.some((said) => same(service, said)));
  for (const said of identity.provides)
    checkRegistered(
      said,
      services.find((one) => same(one, said)),
      path,
    );
  const text = ({ name, major, minor }: Service) => `${name} ${major}.${minor}`;
  const list = (all: readonly Service[]) => (all.length > 0 ? all.map(text).join(', ') : 'no service');
  return [
    ...missing.map((said) =>
      warned('services', {
        code: 'MORTISE_WARN_SERVICE_MISSING',
        message: `says that it provides ${text(said)}, and did not register it`,
        subject: path,
        where: said.symbol,
        expected: `${text(said)} registered in ${symbols.register}`,
        found: `${list(services)} registered`,
        remedy: `Register it in ${symbols.register}, or take MORTISE_PROVIDE_SERVICE out.`,
      }),
    ),
    ...unsaid.map((service) =>
      warned('services', {
        code: 'MORTISE_WARN_SERVICE_UNDECLARED',
        message: `registered ${text(service)}, which its file does not say`,
        subject: path,
        where: symbols.register,
        expected: `an exported ${symbols.provides}… that says ${text(service)}`,
        found: list(identity.provides),
        remedy: `Add MORTISE_PROVIDE_SERVICE(…, "${service.name}", ${service.major}, ${service.minor}): without it, plugins that need the service are refused or start too early.`,
      }),
    ),
  ];
}

/** What was registered is what the file says: others were let in by that. */
function checkRegistered(
  said: Identity['provides'][number],
  service: WantedService | undefined,
  path: string,
) {
  const differs = service && (difference(said, service) ?? difference(service, said));
  if (!differs) return;
  const named = `${said.name} ${said.major}.${said.minor}`;
  throw new MortiseError({
    code: 'MORTISE_ERR_SERVICE_SIGNATURE',
    message: `registered ${named} with other functions than its file says`,
    subject: path,
    where: said.symbol,
    expected: shownSignature(said.signature ?? ''),
    found: shownSignature(service.signature ?? ''),
    remedy: `Hand over ${said.symbol.slice(symbols.provides.length)}_signature in mortise_service.signature.`,
  });
}

type Service = Pick<Identity['provides'][number], 'name' | 'major' | 'minor'>;

/** Puts the services' tables where the plugin's file holds their versions. */
export function linkServices(
  { identity, path }: Validated,
  library: Library,
  native: NativePlugin,
  host: NativeHost,
): void {
  for (const need of identity.requires) {
    const { name, major, minor, optional, cell, symbol, signature = '' } = need;
    const place = cell === undefined ? undefined : library.address(cell);
    const linked = addon().linkCell(native, place, name, packVersion(major, minor), optional, signature);
    if (linked === 'linked' || (linked === 'absent' && optional)) continue;
    const wanted = `${name} ${major}.${minor}`;
    const other = linked === 'absent' ? otherFunctions(need, host) : undefined;
    if (other) throw new MortiseError({ ...other, subject: path, where: symbol });
    if (linked === 'absent') {
      throw new MortiseError({
        code: 'MORTISE_ERR_SERVICE_UNKNOWN',
        message: `needs ${wanted}, which no plugin provides any more`,
        subject: path,
        where: symbol,
        expected: wanted,
        found: 'a provider that failed, or that did not register what its file says',
        remedy: `See why the plugin that provides ${name} is not ready.`,
      });
    }
    throw new MortiseError({
      code: 'MORTISE_ERR_SERVICE_CELL',
      message: `${cell} does not hold the version that ${symbol} says`,
      subject: path,
      where: cell,
      expected: `${major}.${minor} as a number (${packVersion(major, minor)})`,
      found: 'something else: another host in this process filled it, or the plugin wrote to it',
      remedy: 'Leave the cell to MORTISE_REQUIRE, and load the plugin with one host.',
    });
  }
}

/** What was registered has other functions, though no file said so. */
function otherFunctions(need: ServiceNeed, host: NativeHost): Omit<Problem, 'subject'> | undefined {
  for (const service of addon().listServices(host)) {
    const differs = fitsVersion(need, service) ? difference(need, service) : undefined;
    if (differs)
      return otherSignature(need, { ...service, provider: service.provider ?? 'mortise' }, differs);
  }
  return undefined;
}

function succeed(
  outcome: NativeOutcome,
  code: ErrorCode,
  entry: string,
  { identity, path }: Validated,
  config: ConfigTable,
): void {
  const refusals = outcome.refusals.map(({ path: key, rule }): Problem => {
    const value = valueAt(config, key);
    return {
      code: 'MORTISE_ERR_CONFIG_VALUE',
      message: `${key} ${rule}`,
      subject: identity.name,
      where: `config.${key}`,
      expected: rule.replace(/^must be /, ''),
      found: value === undefined ? 'nothing' : shown(value),
      remedy: `Correct ${key} in the plugin's configuration.`,
    };
  });
  const { problems } = outcome;
  const told = [...problems.map((problem) => ({ ...problem, subject: identity.name })), ...refusals];
  if (outcome.status === 0 && told.length === 0) return;
  const own: Problem = {
    code,
    message: outcome.message || `${entry} returned ${outcome.status} and gave no reason`,
    subject: identity.name,
    where: `${entry} of ${basename(path)}`,
    expected: 'MORTISE_OK (0)',
    found: String(outcome.status),
    remedy: outcome.message
      ? `Do what the message asks for; it is ${identity.name}'s own.`
      : `Ask ${identity.name}'s author to say why with mortise_fail(error, "…").`,
  };
  // What the host refused, or the plugin of its configuration, says why it fails; the plugin's own words come
  // first when it has other ones.
  const hasWords = outcome.message !== '' && !told.some(({ message }) => message === outcome.message);
  const [first, ...rest] = outcome.status !== 0 && (hasWords || told.length === 0) ? [own, ...told] : told;
  throw new MortiseError([first as Problem, ...rest]);
}
