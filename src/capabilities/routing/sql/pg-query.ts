/** libpg_query as WebAssembly: the parser that a host has with `parser = "pg_query"`. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { MortiseError } from '../../../errors.js';
import { locate, packageName } from './package.js';
import { type SqlParser, SqlSyntaxError } from './parser.js';

/** The part of it that is used here: TypeScript has it only among a browser's types. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Instance: new (compiled: object, imports: object) => object;
  readonly RuntimeError: new () => Error;
};

/** What the package's own JavaScript gives: functions over memory, which may move when it grows. */
interface Instance {
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
  /** A result of three pointers: tree, what was printed, error. */
  _wasm_parse_query_raw(sql: number): number;
  _wasm_free_parse_result(result: number): void;
  /** The bytes, and their number behind `length`: 0 for an error, with the message instead. */
  _wasm_parse_query_protobuf(sql: number, length: number): number;
  /** Text; of an error, its message. */
  _wasm_fingerprint(sql: number): number;
  _wasm_normalize_query(sql: number): number;
  _wasm_free_string(text: number): void;
}

type Factory = (options: {
  instantiateWasm(imports: object, receive: (instance: object) => void): void;
  print(): void;
  printErr(): void;
}) => Promise<Instance>;

/** @throws MortiseError MORTISE_ERR_PARSER_PACKAGE */
export async function openPgQuery(): Promise<SqlParser> {
  const { version, from } = locate();
  const { factory, compiled } = await load(createRequire(from));
  const make = () =>
    factory({
      instantiateWasm: (imports, receive) => receive(new WebAssembly.Instance(compiled, imports)),
      print: () => {},
      printErr: () => {},
    });
  return new PgQuery(version, await make(), make);
}

/** What libpg_query makes of a text with nothing in it. This build of it takes none. */
const empty = Buffer.from('{"version":170004,"stmts":[]}');
const blank = Buffer.from(' ');

/** @throws MortiseError MORTISE_ERR_PARSER_PACKAGE: the package isn't whole */
async function load(require: NodeJS.Require): Promise<{ factory: Factory; compiled: object }> {
  try {
    const factory = require(`${packageName}/wasm/libpg-query.js`) as Factory;
    const file = await readFile(require.resolve(`${packageName}/wasm/libpg-query.wasm`));
    return { factory, compiled: await WebAssembly.compile(file) };
  } catch (error) {
    const found = error instanceof Error ? (error.message.split('\n', 1)[0] as string) : String(error);
    const problem = {
      code: 'MORTISE_ERR_PARSER_PACKAGE',
      message: `${packageName} cannot be loaded: ${found}`,
      subject: packageName,
      where: 'parser = "pg_query"',
      expected: 'wasm/libpg-query.js and wasm/libpg-query.wasm in the package',
      found,
      remedy: `Install it again: npm install ${packageName}.`,
    } as const;
    throw new MortiseError(problem, { cause: error });
  }
}

class PgQuery implements SqlParser {
  #instance: Instance | undefined;
  /** What the last call gave, until the next. */
  #release: (() => void) | undefined;
  /** False while it runs, and after a call in which its stack or its memory ended: nothing it says can be trusted. */
  #isSound = true;
  #isStarting = false;
  readonly #make: () => Promise<Instance>;
  readonly version: string;

  constructor(version: string, instance: Instance, make: () => Promise<Instance>) {
    this.version = version;
    this.#instance = instance;
    this.#make = make;
  }

  json(sql: Uint8Array): Uint8Array {
    if (sql.length === 0) return empty;
    return this.#with(sql, (instance, at) => {
      const result = instance._wasm_parse_query_raw(at);
      if (result === 0) throw new Error('out of memory');
      this.#release = () => instance._wasm_free_parse_result(result);
      const { HEAPU32 } = instance;
      const error = HEAPU32[(result + 8) >> 2] as number;
      if (error !== 0) {
        const message = textAt(instance, HEAPU32[error >> 2] as number).toString();
        if (message === 'out of memory') throw new Error(message);
        throw new SqlSyntaxError(message, HEAPU32[(error + 16) >> 2]);
      }
      return textAt(instance, HEAPU32[result >> 2] as number);
    });
  }

  protobuf(sql: Uint8Array): Uint8Array {
    if (sql.length === 0) return new Uint8Array();
    const made = this.#with(sql, (instance, at) => {
      const length = instance._malloc(4);
      const result = instance._wasm_parse_query_protobuf(at, length);
      const size = instance.HEAPU32[length >> 2] as number;
      instance._free(length);
      this.#release = () => instance._free(result);
      return size === 0 ? undefined : instance.HEAPU8.subarray(result, result + size);
    });
    if (made) return made;
    // An error has no place there, and a text without statements has no bytes.
    this.json(sql);
    return new Uint8Array();
  }

  fingerprint(sql: Uint8Array): string {
    const made = this.#text(sql.length === 0 ? blank : sql, '_wasm_fingerprint').toString('latin1');
    if (/^[0-9a-f]{16}$/.test(made)) return made;
    this.json(sql);
    throw new Error(made);
  }

  normalise(sql: Uint8Array): Uint8Array {
    if (sql.length === 0) return sql;
    // Only parsing tells a message from a text.
    this.json(sql);
    return this.#text(sql, '_wasm_normalize_query');
  }

  #text(sql: Uint8Array, name: '_wasm_fingerprint' | '_wasm_normalize_query'): Buffer {
    return this.#with(sql, (instance, at) => {
      const result = instance[name](at);
      if (result === 0) throw new Error('out of memory');
      this.#release = () => instance._wasm_free_string(result);
      return textAt(instance, result);
    });
  }

  #with<Made>(sql: Uint8Array, use: (instance: Instance, at: number) => Made): Made {
    if (!this.#isSound || (!this.#instance && !this.#isStarting)) this.#startAgain();
    const instance = this.#instance;
    if (!instance) throw new Error('the parser is being started again');
    const { exitCode } = process;
    // Before the call: where the stack ended, nothing more may be called.
    this.#isSound = false;
    try {
      this.#release?.();
      this.#release = undefined;
      const at = instance._malloc(sql.length + 1);
      if (at === 0) throw new Error('out of memory');
      instance.HEAPU8.set(sql, at);
      instance.HEAPU8[at + sql.length] = 0;
      let made: Made;
      try {
        made = use(instance, at);
      } finally {
        instance._free(at);
      }
      this.#isSound = true;
      return made;
    } catch (error) {
      if (error instanceof SqlSyntaxError) this.#isSound = true;
      // Without memory it ends as a program would, and leaves the process its status.
      else process.exitCode = exitCode;
      throw error;
    }
  }

  #startAgain(): void {
    this.#instance = undefined;
    this.#release = undefined;
    this.#isSound = true;
    this.#isStarting = true;
    const end = (instance?: Instance) => {
      this.#instance = instance;
      this.#isStarting = false;
    };
    // Where there is no memory for it now, the next text tries again.
    this.#make().then(end, () => end());
  }
}

/** Up to the zero at its end. */
function textAt({ HEAPU8 }: Instance, at: number): Buffer {
  return Buffer.from(HEAPU8.buffer, at, HEAPU8.indexOf(0, at) - at);
}
