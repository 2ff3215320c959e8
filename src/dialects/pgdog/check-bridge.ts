/** Is there a bridge for the plugin's compiler and pg_query? Without one it can't be handed a tree. */
import { imageFor, openFile, readBinary } from '../../binary/index.js';
import { MortiseError } from '../../errors.js';
import { checkDependencies } from '../../loader/checks/dependencies.js';
import { checkLibc } from '../../loader/checks/libc.js';
import { checkPermissions } from '../../loader/checks/permissions.js';
import { failed, ok, skipped, warned } from '../../loader/checks/result.js';
import { checkVersions } from '../../loader/checks/versions.js';
import type { Check, CheckResult, Evidence, HostFacts } from '../../loader/record.js';
import { type Bridge, findBridges } from './bridges.js';
import { choose } from './choose.js';
import { unknown } from './identity.js';
import { seriesOf, symbols } from './layout.js';
import { settingsOf } from './settings.js';
import { staticText } from './static-text.js';

export const checkBridge: Check = (evidence, host) => {
  const { identity, image, source, path, config = {} } = evidence;
  if (!image || !identity || !seriesOf(image)?.isSupported) return [];
  if (host.target) return [skipped('bridge', `only a host for ${host.target.name} can tell`)];
  const { settings, problems } = settingsOf(config, identity.name);
  if (problems.length > 0) return problems.map((problem) => failed('bridge', problem));
  if (identity.toolchain === unknown) return [skipped('bridge', 'the compiler is known once it is loaded')];
  const wanted = {
    path,
    rustc: identity.toolchain,
    stated: settings.pg_query,
    declared: staticText(source, image, symbols.parser),
  };
  try {
    const { bridges, places } = findBridges(path, settings.bridge);
    const chosen = choose(bridges, places, wanted);
    if ('problem' in chosen) return [failed('bridge', chosen.problem)];
    const { bridge } = chosen;
    return [
      ok('bridge', `for ${bridge.rustc} and pg_query ${bridge.parser}: ${bridge.path}`),
      ...(settings.pg_query === undefined && wanted.declared === '' ? [parserUnknown(path, bridge)] : []),
      ...loading(bridge, host),
    ];
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return error.problems.map((problem) => failed('bridge', problem));
  }
};

/** Plugins that use the crate's own pg_query, as PgDog's documentation has it, say nothing. */
export function parserUnknown(path: string, { parser }: Bridge): CheckResult {
  return warned('bridge', {
    code: 'MORTISE_WARN_PARSER_UNKNOWN',
    message: `does not say which pg_query it was built with; taken for ${parser}`,
    subject: path,
    where: symbols.parser,
    expected: 'config.pg_query with the release that its Cargo.lock has',
    found: 'an empty text',
    remedy: `Look the release up in the plugin’s Cargo.lock and write it down: config = { pg_query = "${parser}" }. With another one the plugin reads trees wrongly, or crashes.`,
  });
}

/** It runs in the same process as the plugin, and so must meet what every library must. */
const library: readonly Check[] = [checkPermissions, checkLibc, checkDependencies, checkVersions];

/** What is wrong with it. @throws MortiseError when it can't be read */
function loading({ path, mode, uid }: Bridge, host: HostFacts): CheckResult[] {
  const source = openFile(path);
  try {
    const image = imageFor(readBinary(source), host.arch);
    const evidence: Evidence = { path, source, sha256: '', mode, uid, image, problems: [] };
    return library
      .flatMap((check) => check(evidence, host))
      .filter(({ status }) => status === 'fail' || status === 'warn')
      .map((result) => ({ ...result, id: 'bridge' }));
  } finally {
    source.close();
  }
}
