import { expect, it } from 'vitest';
import { environmentFor } from '../../../src/dialects/goplugin/environment.js';

const own = { PATH: '/bin', HOME: '/root', SECRET: 'x', NODE_OPTIONS: '-r x', PLUGIN_MULTIPLEX_GRPC: 'true' };
const given = { cookie: { COOKIE: 'c' }, versions: [3, 2], socketDirectory: '/run/p' };

it('holds back all that isn’t on the list', () => {
  expect(environmentFor(given, own)).toEqual({
    ...{ PATH: '/bin', HOME: '/root', COOKIE: 'c', PLUGIN_PROTOCOL_VERSIONS: '3,2' },
    ...{ PLUGIN_MIN_PORT: '10000', PLUGIN_MAX_PORT: '25000' },
    ...(process.platform !== 'win32' && { PLUGIN_UNIX_SOCKET_DIR: '/run/p', TMPDIR: '/run/p' }),
  });
});

it('passes on what is asked for, but never what changes the protocol', () => {
  const more = {
    passEnv: ['SECRET', 'PLUGIN_MULTIPLEX_GRPC'],
    env: { MINE: '1', PLUGIN_MULTIPLEX_GRPC: 'true' },
  };
  const made = environmentFor({ ...given, ...more, certificate: 'PEM' }, own);
  expect(made).toMatchObject({ SECRET: 'x', MINE: '1', PLUGIN_CLIENT_CERT: 'PEM' });
  expect(made).not.toHaveProperty('PLUGIN_MULTIPLEX_GRPC');
});

it('what a program needs of the host wins over `env`', () => {
  expect(
    environmentFor({ ...given, env: { COOKIE: 'other', PLUGIN_PROTOCOL_VERSIONS: '9' } }, own),
  ).toMatchObject({
    ...{ COOKIE: 'c', PLUGIN_PROTOCOL_VERSIONS: '3,2' },
  });
});
