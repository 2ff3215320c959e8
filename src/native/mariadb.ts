/** The part of the native addon that calls MariaDB plugins: native/node/bind_mariadb.cc. */
import { addon, type NativePlugin } from './addon.js';

declare const handle: unique symbol;
/** One loaded file of MariaDB plugins. Lives until the process ends. */
export type NativeLibrary = { [handle]: 'mariadb library' };

/** What a plugin reported. */
export interface NativeMessage {
  code: number;
  /** 1 a note, 2 a warning, 3 an error. */
  severity: number;
  text: string;
}

/** What a plugin answered, and what it reported meanwhile. */
export interface NativeAnswer {
  /** 0 is success, except for {@link MariadbAddon.mariadbLatestKey}. */
  status: number;
  messages: NativeMessage[];
}

/** The same, with what came out. */
export interface NativeBytes extends NativeAnswer {
  bytes?: Buffer;
}

/** A part of a text. */
export interface NativeToken {
  word: string;
  /** FT_TOKEN_WORD and the others, by number. */
  kind: number;
  presence: number;
  weight: number;
  isNoise: boolean;
  isPrefix: boolean;
}

/** Without tokens and status 0: there are too many. */
export interface NativeTokens extends NativeAnswer {
  tokens?: NativeToken[];
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
  min?: bigint | number;
  max?: bigint | number;
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

/** SQL that a plugin's thread waits for. */
export type NativeQuestion = { [handle]: 'mariadb question' };

/** An authentication that runs. */
export type NativeAttempt = { [handle]: 'mariadb attempt' };

/** How one ended; without the last two where it didn't begin. */
export interface NativeLogin extends NativeAnswer {
  as?: string;
  external?: string;
}

/** An event, with all that it has. */
export interface NativeEvent {
  /** 0 a statement came, 1 it failed, 2 its rows went out, 3 it ended. */
  kind: number;
  code: number;
  thread: number;
  user: string;
  command: string;
  query: string;
  /** Seconds since 1970. */
  time: number;
  rows: number;
  id: number;
  database: string;
}

/** With a key that the plugin has. */
type Crypt = (
  library: NativeLibrary,
  index: number,
  id: number,
  version: number,
  iv: Buffer,
  bytes: Buffer,
) => NativeBytes;

/** What plugins are asked on the calling thread, which waits. */
export interface MariadbCalls {
  mariadbValidate(
    library: NativeLibrary,
    index: number,
    user: string,
    password: string,
    host: string,
  ): NativeAnswer;
  /** `status` is the newest version. */
  mariadbLatestKey(library: NativeLibrary, index: number, id: number): NativeAnswer;
  /** `size` is what the plugin says of the key, also when there is no room for it. */
  mariadbKey(
    library: NativeLibrary,
    index: number,
    id: number,
    version: number,
  ): NativeBytes & { size: number };
  /** `status` 1: the library refused the data; 2: its table is not filled; 3: no memory for what comes out. */
  mariadbCompress(library: NativeLibrary, bytes: Buffer): NativeBytes;
  mariadbDecompress(library: NativeLibrary, bytes: Buffer, max: number): NativeBytes;
  mariadbEncrypt: Crypt;
  mariadbDecrypt: Crypt;
  mariadbParse(library: NativeLibrary, index: number, mode: number, text: string): NativeTokens;
  /** Null: it has no such function. */
  mariadbHash(library: NativeLibrary, index: number, password: string): NativeBytes | null;
}

/** The same on a thread of its own, as `…Later`; null where the system gives none. */
type Later<Calls> = {
  [Name in keyof Calls & string as `${Name}Later`]: Calls[Name] extends (
    ...arguments_: infer Arguments
  ) => infer Answer
    ? (...arguments_: Arguments) => Promise<Answer> | null
    : never;
};

export interface MariadbAddon extends MariadbCalls, Later<MariadbCalls> {
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
  /** Whether it encrypts itself. */
  mariadbCrypts(library: NativeLibrary, index: number): boolean;
  /** Status 1: the plugin wants no such events. */
  mariadbNotify(library: NativeLibrary, index: number, event: NativeEvent): NativeAnswer;
  /**
   * Begins on a thread of its own. `hear` must not throw: the plugin wrote a packet, waits for one, or ended. A
   * {@link NativeLogin}: it refuses the hash. Null: there is no thread.
   */
  mariadbAuthenticate(
    library: NativeLibrary,
    index: number,
    user: string,
    hash: string,
    host: string,
    hear: (event: 'wrote' | 'waits' | 'ended', given?: Buffer | NativeLogin) => void,
  ): NativeAttempt | NativeLogin | null;
  /** Without a packet: none will come any more. */
  mariadbAnswer(attempt: NativeAttempt, packet?: Buffer): void;
  /** How many of the library's functions run on threads of their own. */
  mariadbRunning(library: NativeLibrary): number;
  /** Neither may throw: `answer` answers at once, and after `later` a plugin's thread waits for mariadbSqlAnswer. */
  mariadbServeSql(
    library: NativeLibrary,
    answer: (sql: string) => NativeSqlAnswer,
    later: (sql: string, question: NativeQuestion) => void,
  ): void;
  /** The first answer counts. */
  mariadbSqlAnswer(question: NativeQuestion, answer: NativeSqlAnswer): void;
  /** SQL that threads of their own wait for fails from now on. */
  mariadbHangUp(library: NativeLibrary): void;
}

/** @throws MortiseError MORTISE_ERR_ADDON */
export function mariadbAddon(): MariadbAddon {
  return addon() as unknown as MariadbAddon;
}
