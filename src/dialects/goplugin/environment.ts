/** What a program is told through its environment. The host's own variables stay here, but for a few. */
import { MortiseError } from '../../errors.js';

/** What nearly every program needs, and what leads it to the network. None of it is a secret of the host's. */
const passedOn = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];
/** Without these, Windows' own libraries don't work. */
const passedOnWindows = ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP', 'PATHEXT', 'USERPROFILE', 'windir'];

export interface EnvironmentOptions {
  /** The name and value that tell the program that a host starts it, not a person. */
  cookie: Readonly<Record<string, string>>;
  versions: readonly number[];
  /** Variables that the program gets, as they are. */
  env?: Readonly<Record<string, string>>;
  /** Names of the host's own variables that it gets. Default: those that nearly every program needs. */
  hostEnv?: readonly string[];
  /** Names of further ones. */
  passEnv?: readonly string[];
  /** Where the program is to make its sockets. */
  socketDirectory: string;
  /** PEM. */
  certificate?: string;
}

/** @throws MortiseError MORTISE_ERR_PROGRAM_OPTION */
export function environmentFor(
  options: EnvironmentOptions,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { cookie, versions, env = {}, hostEnv = passedOn, passEnv = [] } = options;
  const { socketDirectory, certificate } = options;
  const names = [...hostEnv, ...(process.platform === 'win32' ? passedOnWindows : []), ...passEnv];
  const environment: Record<string, string> = {};
  for (const name of names) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  Object.assign(environment, env, cookie, {
    PLUGIN_PROTOCOL_VERSIONS: versions.join(','),
    PLUGIN_MIN_PORT: '10000',
    PLUGIN_MAX_PORT: '25000',
  });
  if (process.platform !== 'win32') {
    environment.PLUGIN_UNIX_SOCKET_DIR = socketDirectory;
    environment.TMPDIR = socketDirectory; // what programs built with go-plugin before 1.5 look at
  }
  if (certificate !== undefined) environment.PLUGIN_CLIENT_CERT = certificate;
  // With it the program demands a connection that this host doesn't make.
  delete environment.PLUGIN_MULTIPLEX_GRPC;
  for (const [name, value] of Object.entries(environment)) {
    if (name !== '' && !/[=\0]/.test(name) && !value.includes('\0')) continue;
    throw new MortiseError({
      code: 'MORTISE_ERR_PROGRAM_OPTION',
      message: 'a variable of its environment is not valid',
      where: `env ${JSON.stringify(name)}`,
      expected: 'a name without "=", and no NUL in either',
      found: JSON.stringify(`${name}=${value}`).slice(0, 80),
      remedy: 'Correct `env` or `cookie`.',
    });
  }
  return environment;
}
