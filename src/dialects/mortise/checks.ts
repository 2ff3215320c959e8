/** What a plugin of mortise's own dialect must meet on top of what every library must. */
import type { Problem } from '../../errors.js';
import { failed, ok, skipped, warned } from '../../loader/checks/result.js';
import type { Check } from '../../loader/record.js';
import { symbols } from './layout.js';

const entries = [symbols.register, symbols.init, symbols.route, symbols.fini];

/** At least one of register, init and route: a plugin with none could never do anything. */
export const checkEntries: Check = ({ image, path }) => {
  const found = entries.filter((name) => image?.symbols.get(name)?.kind === 'code');
  if (found.some((name) => name !== symbols.fini)) return [ok('exports', found.join(', '))];
  return [
    failed('exports', {
      code: 'MORTISE_ERR_ENTRY_MISSING',
      message: 'no module_register, module_init or module_route',
      subject: path,
      expected: 'at least one of them as an exported function',
      found: found.length > 0 ? found.join(', ') : 'none',
      remedy: 'Export one with MORTISE_EXPORT in C, or #[mortise::route] in Rust.',
    }),
  ];
};

export const checkIdentity: Check = ({ identity, problems }) => {
  if (identity) return [ok('identity', `${identity.name} ${identity.version} (${identity.toolchain})`)];
  return problems.map((problem) => failed('identity', problem));
};

/** A service whose functions the file doesn't state fits any other of its name and version, the wrong one too. */
export const checkSignatures: Check = ({ identity, path }) =>
  [...(identity?.requires ?? []), ...(identity?.provides ?? [])]
    .filter(({ signature }) => !signature)
    .map(({ name, major, minor, symbol }) =>
      warned('services', {
        code: 'MORTISE_WARN_SERVICE_UNSTATED',
        message: `doesn't state what the functions of ${name} ${major}.${minor} are`,
        subject: path,
        where: symbol,
        expected: `a signature behind ${symbol}`,
        found: 'none',
        remedy: `Define the signature in the header of ${name}, or take the header that \`mortise headers\` writes.`,
      }),
    );

/** Same major, and the host's minor is the same or newer. */
export const checkAbi: Check = ({ identity, path }, host) => {
  if (!identity) return [skipped('abi', 'the identity cannot be read')];
  const has = `${host.abi.major}.${host.abi.minor}`;
  // Two numbers, not a semantic version: loading semver's ranges costs the host's start a dozen files.
  const [major = 0, minor = 0] = identity.abi.split('.').map(Number);
  if (major === host.abi.major && minor <= host.abi.minor) return [ok('abi', identity.abi)];
  const newer = major > host.abi.major || (major === host.abi.major && minor > host.abi.minor);
  const problem: Problem = {
    code: 'MORTISE_ERR_ABI_MISMATCH',
    message: `plugin ${identity.abi}, host ${has}`,
    subject: path,
    where: `${symbols.info}.abi`,
    expected: host.abi.minor > 0 ? `${host.abi.major}.0 to ${has}` : has,
    found: identity.abi,
    remedy: newer
      ? `Upgrade the host to a mortise that has ABI ${identity.abi}, or rebuild the plugin against mortise ${host.version}.`
      : `Rebuild the plugin against mortise ${host.version}.`,
  };
  return [failed('abi', problem)];
};
