/** How a go-plugin program is read, checked and started as a plugin of a host. */
import { readGoBuild } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { failed, ok } from '../../loader/checks/result.js';
import type { Check, DialectRules, Identity } from '../../loader/record.js';
import { keep } from './keep.js';
import { libraryOf } from './library.js';
import { RunningProgram } from './running.js';
import { settingsOf } from './settings.js';

export const identify: DialectRules['identify'] = (source) => {
  const build = readGoBuild(source);
  if (!build) return { problems: [] };
  // The last part that isn't the major version of a module: …/terraform-provider-x/v5.
  const name = build.path.split('/').findLast((part) => !/^v\d+$/.test(part)) ?? '';
  const [version = ''] = build.modules.values();
  const identity: Identity = {
    name: name.replace(/[^\w.-]/g, '_') || 'program',
    version: /^v\d/.test(version) ? version.slice(1) : '0.0.0',
    abi: libraryOf(build)?.replace(/^v/, '') ?? '',
    parser: '',
    toolchain: build.go,
    exactToolchain: false,
    requires: [],
    provides: [],
  };
  return { identity, problems: [] };
};

/** Of a file on Windows the name decides. */
const checkExecutableBit: Check = ({ path, mode, dialect }, { platform }) => {
  if (dialect?.carrier !== 'program' || platform === 'win32') return [];
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  if (mode & 0o111) return [ok('executable', octal)];
  return [
    failed('executable', {
      code: 'MORTISE_ERR_PROGRAM_FILE',
      message: 'it has no executable bit',
      subject: path,
      expected: 'a file with the executable bit',
      found: `mode ${octal}`,
      remedy: `Run chmod +x ${path}.`,
    }),
  ];
};

const checkSettings: Check = ({ path, config }) => {
  if (!config) return [];
  const { problems } = settingsOf(config, path);
  return problems.length === 0 ? [ok('config', 'cookie')] : problems.map((one) => failed('config', one));
};

export const checks = [checkExecutableBit, checkSettings];

export const bind: DialectRules['bind'] = async ({ path, sha256, identity }, options) => {
  const { settings, problems } = settingsOf(options.config, path);
  if (!settings) throw new MortiseError(problems as [Problem, ...Problem[]]);
  const { step, loaded, program } = options;
  loaded();
  step({ name: 'init', entry: 'the handshake' });
  const kept = await keep({
    ...settings,
    path,
    sha256: sha256 || undefined, // each start runs what was checked, or nothing
    log: ({ level, message, fields, module }) =>
      program?.log({
        severity: level === 'warn' ? 'warning' : level === 'trace' ? 'debug' : level,
        message: module ? `${module}: ${message}` : message,
        fields,
      }),
    heard: (event) => {
      if (event.kind === 'ready') program?.became('ready');
      else if (event.kind !== 'stopped') {
        const isOver = event.kind === 'quarantined';
        program?.became(isOver ? 'quarantined' : 'crashed');
        program?.tell({
          code: isOver ? 'MORTISE_ERR_QUARANTINED' : 'MORTISE_ERR_PROGRAM_ENDED',
          message: isOver ? event.reason : `${event.reason}; it is started again in ${event.inMs} ms`,
          subject: identity.name,
          expected: 'a running program',
          found: event.reason,
          remedy: 'Read its log.',
        });
      }
    },
  });
  return new RunningProgram(kept, step);
};
