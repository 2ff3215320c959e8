/** How glibc relocates on each processor (the psABI of each; sysdeps of each, dl-machine.h). */

export interface Machine {
  /** Whether relocations carry their addend (DT_RELA) or not (DT_REL). The loader reads one kind only. */
  addends: boolean;
  /** Adds the base address, and needs no symbol. */
  relative: number;
  /** Calls a function in the file, which answers the address. */
  resolver: number;
  /** Copies a variable into a program: nothing that a library may have. */
  copy: number;
  /** Wants thread-local storage at a fixed distance from the thread's pointer. */
  staticTls: readonly number[];
  /** Makes a function that finds thread-local storage, wherever it lies. */
  tlsDescriptor: number;
  /** How many bytes each of the known types writes. */
  widths: ReadonlyMap<number, number>;
}

const x64: Machine = {
  addends: true,
  relative: 8,
  resolver: 37,
  copy: 5,
  staticTls: [18],
  tlsDescriptor: 36,
  widths: new Map([
    [0, 0],
    [1, 8],
    [2, 4],
    [5, 0],
    [6, 8],
    [7, 8],
    [8, 8],
    [10, 4],
    [16, 8],
    [17, 8],
    [18, 8],
    [32, 4],
    [33, 8],
    [36, 16],
    [37, 8],
    [38, 8],
  ]),
};

const arm64: Machine = {
  addends: true,
  relative: 1027,
  resolver: 1032,
  copy: 1024,
  staticTls: [1030],
  tlsDescriptor: 1031,
  widths: new Map([
    [0, 0],
    [256, 0],
    [257, 8],
    [1024, 0],
    [1025, 8],
    [1026, 8],
    [1027, 8],
    [1028, 8],
    [1029, 8],
    [1030, 8],
    [1031, 16],
    [1032, 8],
  ]),
};

/** Undefined: what the relocations of that processor mean isn't looked at. */
export function machineOf(machine: number, wide: boolean): Machine | undefined {
  if (!wide) return undefined;
  return { 62: x64, 183: arm64 }[machine];
}
