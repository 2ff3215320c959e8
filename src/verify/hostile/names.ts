/** The checks of `mortise test`, in their order. Each runs in a child process of its own. */
export const hostileChecks = {
  'config-empty': 'no configuration at all',
  'config-unknown': 'keys that the plugin does not know',
  'config-types': 'each key that it asks for, with values of every other type',
  'config-huge': 'each key that it asks for, with a text of 1 MB and a list of 10,000 items',
  'config-deep': 'each key that it asks for, with tables and lists nested 60 deep',
  queries: 'empty, huge and broken queries and parameters, for a router',
  'two-hosts': 'two hosts of one process, of which one closes first',
  'no-optional': 'a host without the services that the plugin can do without',
  'stop-in-calls': 'an end while it routes or reads',
  restart: 'loaded, started and stopped 20 times',
} as const;

export type HostileCheck = keyof typeof hostileChecks;

export const hostileIds = Object.keys(hostileChecks) as HostileCheck[];
