/** The constants of include/mortise/module.h as they lie in a file. */
import type { Words } from '../../loader/record.js';

export const symbols = {
  info: 'module_info',
  host: 'module_host',
  requires: 'module_requires_',
  provides: 'module_provides_',
  cell: '_service',
  /** The section in which C's cells lie. */
  cells: 'mortise_cells',
  register: 'module_register',
  init: 'module_init',
  route: 'module_route',
  fini: 'module_fini',
} as const;

/** How mortise's own plugins call what every family has. */
export const words: Words = {
  identity: symbols.info,
  steps: { register: symbols.register, init: symbols.init, fini: symbols.fini },
};

/** The ABI that this host has: include/mortise/abi.h. */
export const abi = { major: 1, minor: 0 } as const;

/** mortise_module_info, in bytes. */
export const moduleInfo = {
  size: 296,
  magic: { at: 0, size: 8, text: 'MORTISE' },
  sizeField: 8,
  abi: { at: 16, size: 16 },
  toolchain: { at: 32, size: 96 },
  name: { at: 128, size: 64 },
  version: { at: 192, size: 32 },
  parser: { at: 224, size: 64 },
  flags: 288,
  exactToolchain: 1,
  needsTrees: 2,
} as const;

/** mortise_requirement and mortise_provision, in bytes; the signature stands behind them. */
export const serviceRecord = {
  size: 80,
  maxSize: 80 + 65_536,
  sizeField: 0,
  version: 4,
  flags: 8,
  name: { at: 16, size: 64 },
  optional: 1,
} as const;
