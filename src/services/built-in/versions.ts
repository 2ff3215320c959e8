/** The services that the host itself has, as native/services/built_in.cc registers them; a test compares the two. */
const minors: Record<string, number> = {
  clock: 0,
  config: 0,
  files: 0,
  log: 1,
  memory: 0,
  metrics: 0,
  registry: 0,
  state: 0,
  tasks: 0,
};

export const builtInServices: readonly { name: string; major: number; minor: number; provider: string }[] =
  Object.entries(minors).map(([name, minor]) => ({
    name: `mortise.${name}`,
    major: 1,
    minor,
    provider: 'mortise',
  }));
