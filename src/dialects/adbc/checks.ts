/** What a driver must meet on top of what every library must. */
import { MortiseError } from '../../errors.js';
import { checkPermissions } from '../../loader/checks/permissions.js';
import { failed, ok, skipped, warned } from '../../loader/checks/result.js';
import { look } from '../../loader/directories.js';
import type { Check, CheckResult, Evidence, HostFacts } from '../../loader/record.js';
import { chosenInit, common, initsOf } from './entry.js';
import { type Manifest, readManifest } from './find/manifest.js';
import { unknown } from './identity.js';
import { settingsOf } from './settings.js';

const checkSettings: Check = ({ path, config }) => {
  if (!config) return [];
  const { problems } = settingsOf(config, path);
  return problems.map((one) => failed('config', one));
};

/** The function that it is started with. */
const checkEntry: Check = ({ image, path, config = {} }) => {
  if (!image) return [];
  const given = typeof config.entry === 'string' ? config.entry : undefined;
  // A manifest may name one that no pattern knows.
  const init = given ?? chosenInit(image.exports, path);
  const isThere = init !== undefined && image.exports.includes(init);
  if (isThere && image.symbols.get(init)?.kind !== 'data') return [ok('entry', init)];
  return [
    failed('entry', {
      code: 'MORTISE_ERR_ADBC_ENTRY',
      message: `it does not export the function ${init ?? common}, which it should be started with`,
      subject: path,
      where:
        given === undefined
          ? undefined
          : typeof config.manifest === 'string'
            ? config.manifest
            : 'config.entry',
      expected: init ?? common,
      found: initsOf(image.exports).join(', ') || 'none that starts a driver',
      remedy:
        given === undefined
          ? 'Build the driver with its init exported.'
          : 'Write the name of a function that it exports, or leave it out.',
    }),
  ];
};

/** What led to the library. It decides what is loaded, so it must be as safe as that. */
const checkManifest: Check = (evidence, host) => {
  const { config, identity } = evidence;
  const path = config?.manifest;
  if (typeof path !== 'string') return [];
  if (host.target) return [skipped('manifest', 'it was read for this machine')];
  try {
    const { platform, arch, libc } = host;
    const manifest = readManifest(path, { platform, arch, isMusl: libc.name === 'musl' });
    return [
      ok('manifest', said(manifest)),
      ...otherVersion(manifest, identity?.version ?? unknown),
      ...permissionsOf(path, evidence, host),
    ];
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return error.problems.map((problem) => failed('manifest', problem));
  }
};

/** `/etc/adbc/drivers/postgresql.toml: PostgreSQL driver 1.13.0, ADBC 1.1.0` */
function said({ path, name, version, adbc }: Manifest): string {
  const who = [name, version].filter(Boolean).join(' ');
  return `${path}: ${[who, adbc && `ADBC ${adbc}`].filter(Boolean).join(', ') || 'without name and version'}`;
}

function otherVersion({ path, version }: Manifest, found: string): CheckResult[] {
  if (version === undefined || found === unknown || `${version}.`.startsWith(`${found}.`)) return [];
  return [
    warned('manifest', {
      code: 'MORTISE_WARN_ADBC_MANIFEST',
      message: `the manifest is for version ${version}, and the library is ${found}`,
      subject: path,
      where: 'version',
      expected: version,
      found,
      remedy: 'Install the driver again: its library was changed without its manifest.',
    }),
  ];
}

function permissionsOf(path: string, { source }: Evidence, host: HostFacts): CheckResult[] {
  const { mode, uid } = look(path) ?? { mode: 0, uid: 0 };
  const results = checkPermissions({ path, mode, uid, source, sha256: '', problems: [] }, host);
  return results.filter(({ status }) => status !== 'ok').map((result) => ({ ...result, id: 'manifest' }));
}

/** What its makers' language does to a process. */
const checkRuntime: Check = ({ identity }) => {
  const go = /^go(\d[\w.]*)$/.exec(identity?.toolchain ?? '')?.[1];
  if (go === undefined) return [];
  return [ok('runtime', `Go ${go}: with threads and signal handlers of its own, never unloaded`)];
};

interface Known {
  name: string;
  /** Releases with the fault; the file says no more than two numbers of some. */
  versions: RegExp;
  fault: string;
  remedy: string;
}

/** Faults of drivers that a host can't mend. */
const known: readonly Known[] = [
  {
    name: 'postgresql',
    versions: /^1\.12(\.0)?$/,
    fault: 'does not roll back a transaction whose result was not read to its end',
    remedy: 'Take version 1.13 or later.',
  },
];

const checkKnown: Check = ({ identity, path }) => {
  const { name = '', version = '' } = identity ?? {};
  return known
    .filter((one) => one.name === name && one.versions.test(version))
    .map(({ fault, remedy }) =>
      warned('driver', {
        code: 'MORTISE_WARN_ADBC_DRIVER',
        message: `version ${version} of it ${fault}`,
        subject: path,
        expected: 'a version without the fault',
        found: version,
        remedy,
      }),
    );
};

export const checks: readonly Check[] = [checkSettings, checkEntry, checkManifest, checkRuntime, checkKnown];
