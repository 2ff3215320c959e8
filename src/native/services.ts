/** The addon's part in services that TypeScript serves: native/node/bind_service.cc, typed. */
import { type Addon, addon } from './addon.js';

declare const handle: unique symbol;
/** A table that plugins call. Lives until the process ends. */
export type NativeTable = { [handle]: 'table' };

/** One function of a table. */
export interface NativeFunction {
  /** The address of the callback. */
  target: bigint;
  /** Whether its result lies in a floating-point register. */
  floating: boolean;
  /** The bits of the result that says that it failed. */
  failure: bigint;
  /** `zero`: how many bytes behind the pointer become zero when it fails. */
  parameters: { floating: boolean; size: number; zero: number; error: boolean }[];
}

/** Calls on other threads wait for the main thread; or are refused; or all calls are refused from then on. */
export const modes = { open: 0, strict: 1, closed: 2 } as const;

interface ServiceAddon {
  /** Undefined when the process has no guards left. `onRefused` is called when there are refusals to drain. */
  createServiceTable(
    functions: NativeFunction[],
    onRefused: () => void,
  ): { table: NativeTable; address: bigint } | undefined;
  setServiceMode(table: NativeTable, mode: number): void;
  drainRefusals(table: NativeTable): { function: number; plugin: string; calls: number; late: string }[];
  /** False when the system says that it can't be read. */
  isReadable(address: number, size: number): boolean;
  /** Undefined when it can't be read. */
  readText(address: number, size: number): string | undefined;
  /** Addresses. False, and nothing is copied, when one is 0 or `from` can't be read. */
  copyMemory(to: number, from: number, size: number): boolean;
  /** False, and nothing is copied, when `size` isn't the length of `bytes` any more. */
  copyBack(to: number, bytes: Uint8Array, size: number): boolean;
  /** Numbers of that many bytes; 40 and 80 stand for float and double. Does nothing at address 0. */
  writeOut(address: number, kind: number, value: number | bigint): void;
}

export const serviceAddon = (): Addon & ServiceAddon => addon() as Addon & ServiceAddon;
