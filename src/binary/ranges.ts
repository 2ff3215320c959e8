/** A run of addresses and where its bytes lie in the file. */
export interface Mapping {
  /** First address: of an ELF or Mach-O address space, or relative to the base of a PE image. */
  address: number;
  /** Bytes that the file provides from there; what follows in memory is zero. */
  bytes: number;
  offset: number;
  /** Bytes in memory, at least `bytes`. */
  extent: number;
  executable: boolean;
  /** As the loader maps it at first: what it protects afterwards is another matter. */
  writable: boolean;
}

/** Answers which bytes of the file an address shows. */
export class AddressMap {
  readonly #sorted: readonly Mapping[];

  constructor(mappings: readonly Mapping[]) {
    this.#sorted = mappings.filter((one) => one.extent > 0).sort((a, b) => a.address - b.address);
  }

  /** Two mappings that claim the same address, if there are any. */
  overlap(): [Mapping, Mapping] | undefined {
    for (let index = 1; index < this.#sorted.length; index++) {
      const [before, after] = [this.#sorted[index - 1], this.#sorted[index]] as [Mapping, Mapping];
      if (before.address + before.extent > after.address) return [before, after];
    }
    return undefined;
  }

  /** Where the byte at an address lies in the file; undefined when it is zero-filled or not mapped. */
  find(
    address: number,
  ): { offset: number; available: number; executable: boolean; writable: boolean } | undefined {
    const one = this.mappingOf(address);
    if (!one) return undefined;
    const skip = address - one.address;
    if (skip >= one.bytes) return undefined;
    const { executable, writable } = one;
    return { offset: one.offset + skip, available: one.bytes - skip, executable, writable };
  }

  mappingOf(address: number): Mapping | undefined {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as Mapping).address <= address) low = middle + 1;
      else high = middle;
    }
    const one = this.#sorted[low - 1];
    return one && address < one.address + one.extent ? one : undefined;
  }
}
