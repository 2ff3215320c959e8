/** A service's version as one number, as MORTISE_VERSION makes it in C. */

export const packVersion = (major: number, minor: number): number => major * 65_536 + minor;

export const unpackVersion = (version: number): { major: number; minor: number } => ({
  major: version >>> 16,
  minor: version & 0xffff,
});
