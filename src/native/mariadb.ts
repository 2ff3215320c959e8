/** The part of the native addon that calls MariaDB plugins: native/node/bind_mariadb.cc. */
import { addon, type NativePlugin } from './addon.js';

declare const handle: unique symbol;
/** One loaded file of MariaDB plugins. Lives until the process ends. */
export type NativeLibrary = { [handle]: 'mariadb library' };

/** What a plugin answered, and what it reported meanwhile. `status` 0 is success. */
export interface NativeAnswer {
  status: number;
  messages: { code: number; text: string }[];
}

/** A system variable as it lies in the loaded library. */
export interface NativeVariable {
  name: string;
  comment: string | null;
  /** 1 boolean, 2 int, 3 long, 4 long long, 5 text, 6 choice, 7 set, 8 double. */
  type: number;
  perSession: boolean;
  address: bigint;
  /** The default: null for a text that has none; a choice's index, a set's bits. */
  standard?: boolean | bigint | number | string | null;
  least?: bigint | number;
  most?: bigint | number;
  block?: bigint;
  names?: string[];
}

export interface NativeDeclaration {
  type: number;
  name: string;
  variables: NativeVariable[];
}

/** An answer of the embedder's to one statement, ready to be taken apart natively. */
export interface NativeSqlAnswer {
  errno?: number;
  message?: string;
  affected?: number;
  rows?: (string | Buffer | null)[][];
}

export interface MariadbAddon {
  mariadbServices(): { name: string; version: number }[];
  /** `plugin` keeps the cells and is whose log it is; stop this library before it. */
  mariadbOpen(plugin: NativePlugin, declarations: bigint): NativeLibrary;
  /** Puts a service's table into a cell that holds `version`. */
  mariadbLink(
    library: NativeLibrary,
    cell: bigint,
    service: string,
    version: number,
  ): 'linked' | 'absent' | 'occupied';
  mariadbDeclarations(library: NativeLibrary): NativeDeclaration[];
  /** The value was checked: a boolean, a bigint, a number for a double, a string or null. */
  mariadbAssign(
    library: NativeLibrary,
    variable: bigint,
    value: boolean | bigint | number | string | null,
  ): void;
  mariadbInit(library: NativeLibrary, index: number): NativeAnswer;
  /** deinit of what init started, last first; safe to repeat. */
  mariadbStop(library: NativeLibrary): void;
  mariadbValidate(
    library: NativeLibrary,
    index: number,
    user: string,
    password: string,
    host: string,
  ): NativeAnswer;
  mariadbLatestKey(library: NativeLibrary, index: number, id: number): number | null;
  mariadbKey(library: NativeLibrary, index: number, id: number, version: number): Buffer | null;
  /** A text is the problem. */
  mariadbCompress(library: NativeLibrary, bytes: Buffer): Buffer | string;
  mariadbDecompress(library: NativeLibrary, bytes: Buffer, most: number): Buffer | string;
  /** `answer` must not throw. */
  mariadbServeSql(library: NativeLibrary, answer: (sql: string) => NativeSqlAnswer): void;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function mariadbAddon(): MariadbAddon {
  return addon() as unknown as MariadbAddon;
}
