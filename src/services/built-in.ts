/** The services that the host itself has, as native/plugin.cc registers them; a test compares the two. */
export const builtInServices = [{ name: 'mortise.log', major: 1, minor: 0, provider: 'mortise' }] as const;
