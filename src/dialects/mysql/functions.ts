/** A component's functions, called with arguments that were checked. */
import { badArgument, requireBytes } from '../../capabilities/arguments.js';
import {
  type FunctionArgument,
  type FunctionCall,
  type FunctionInfo,
  type FunctionOffer,
  type FunctionResult,
  noFunction,
} from '../../capabilities/functions.js';
import { MortiseError } from '../../errors.js';
import {
  mysqlAddon,
  type NativeArgument,
  type NativeComponent,
  type NativeOutcome,
} from '../../native/mysql.js';
import { isBytes } from '../../native/views.js';

/** As a server has it. */
const maxArguments = 255;
const maxText = 2 ** 30;

const kinds: Readonly<Record<number, FunctionInfo['returns']>> = {
  0: 'text',
  1: 'real',
  2: 'integer',
  4: 'decimal',
};

/** @param alive throws once the plugin has stopped: an offer may be kept for longer than that */
export function functionsOf(plugin: string, component: NativeComponent, alive: () => void): FunctionOffer {
  const list = (): FunctionInfo[] =>
    mysqlAddon()
      .mysqlFunctions(component)
      .map(({ name, kind, isAggregate }) => ({ name, returns: kinds[kind] ?? 'text', isAggregate }));
  const find = (name: unknown): FunctionInfo => {
    const wanted = String(name).toLowerCase();
    const found = list().find((one) => one.name.toLowerCase() === wanted);
    if (!found) throw noFunction(plugin, String(name), list());
    return found;
  };
  const run = (info: FunctionInfo, rows: NativeArgument[][], attributes: ReturnType<typeof attributesOf>) => {
    const outcome = mysqlAddon().mysqlCall(component, info.name, rows, attributes);
    return resultOf(plugin, info, outcome);
  };
  return {
    list() {
      alive();
      return list();
    },
    call(name, args = [], options) {
      alive();
      const info = find(name);
      if (info.isAggregate) throw badArgument(plugin, name, 'called with aggregate', 'call');
      const attributes = attributesOf(plugin, options);
      return run(info, [checked(plugin, listed(plugin, args, 'arguments'), 'arguments')], attributes);
    },
    aggregate(name, rows, options) {
      alive();
      const info = find(name);
      if (!info.isAggregate)
        throw badArgument(plugin, name, 'called with call: it is no aggregate', 'aggregate');
      const attributes = attributesOf(plugin, options);
      return run(info, checkedRows(plugin, rows), attributes);
    },
  };
}

function checkedRows(plugin: string, rows: readonly (readonly FunctionArgument[])[]): NativeArgument[][] {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw badArgument(
      plugin,
      'rows',
      'a list of at least one row',
      Array.isArray(rows) ? 'none' : typeof rows,
    );
  }
  const given = Array.from(rows, (row, index) => listed(plugin, row, `rows[${index}]`)); // holes too
  const all = given.map((row, index) => checked(plugin, row, `rows[${index}]`));
  const [first = []] = all;
  const types: (string | undefined)[] = first.map(() => undefined);
  for (const [index, row] of all.entries()) {
    if (row.length !== first.length) {
      const expected = `of ${first.length} arguments, as the first row`;
      throw badArgument(plugin, `rows[${index}]`, expected, `${row.length}`);
    }
    for (const [column, value] of row.entries()) {
      const type = typeOf(value);
      types[column] ??= type;
      if (type !== undefined && type !== types[column]) {
        throw badArgument(
          plugin,
          `rows[${index}][${column}]`,
          `${types[column]}, as in the rows before`,
          type,
        );
      }
    }
  }
  return all;
}

function typeOf(value: NativeArgument): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'object' ? 'a Uint8Array' : `a ${typeof value}`;
}

/** A copy, before memory is looked at: a getter may transfer some away. */
function listed(plugin: string, args: unknown, where: string): unknown[] {
  if (!Array.isArray(args)) throw badArgument(plugin, where, 'a list', typeof args);
  if (args.length > maxArguments) {
    throw badArgument(plugin, where, `at most ${maxArguments} arguments`, `${args.length}`);
  }
  return Array.from(args);
}

function checked(plugin: string, args: unknown[], where: string): NativeArgument[] {
  return args.map((value, index) => checkedValue(plugin, value, `${where}[${index}]`));
}

function checkedValue(plugin: string, value: unknown, where: string): NativeArgument {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'string') {
    const size = Buffer.byteLength(value);
    if (size > maxText) throw badArgument(plugin, where, `at most ${maxText} bytes`, `${size} bytes`);
    return value;
  }
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) return value;
    throw badArgument(plugin, where, 'an integer of 64 bits', 'a larger one');
  }
  if (isBytes(value)) return requireBytes(plugin, value, where);
  const expected = 'a string, a Uint8Array, a bigint, a number or null';
  throw badArgument(
    plugin,
    where,
    expected,
    value === undefined ? 'undefined' : `a value of type ${typeof value}`,
  );
}

function attributesOf(plugin: string, options: FunctionCall | undefined): [string, string | null][] {
  const given: unknown = options?.attributes;
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null)
    throw badArgument(plugin, 'attributes', 'an object', typeof given);
  return Object.entries(given).map(([name, value]: [string, unknown]) => {
    if (value === null || typeof value === 'string') return [name, value];
    throw badArgument(plugin, `attributes.${name}`, 'a string or null', `a value of type ${typeof value}`);
  });
}

function resultOf(plugin: string, info: FunctionInfo, outcome: NativeOutcome): FunctionResult {
  const said = [outcome.message, ...(outcome.messages ?? []).map(({ text }) => text)].filter(
    (text) => text !== '',
  );
  const words = (otherwise: string) => said.join('; ') || `${info.name} ${otherwise}`;
  switch (outcome.outcome) {
    case 'done':
      return Buffer.isBuffer(outcome.value) ? textOf(outcome.value, outcome.charset, info) : outcome.value;
    case 'absent':
      throw noFunction(plugin, info.name, []);
    case 'refused':
      throw new MortiseError({
        code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
        message: words('does not take these arguments'),
        subject: plugin,
        where: info.name,
        expected: `arguments that ${info.name} takes`,
        found: 'others, by number or type',
        remedy:
          'A string is a text, a bigint an integer, a number a real: see what the function is documented to take.',
      });
    default:
      throw new MortiseError({
        code: 'MORTISE_ERR_PLUGIN_FAILED',
        message: words(outcome.outcome === 'memory' ? 'has no memory for its result' : 'failed'),
        subject: plugin,
        where: info.name,
        expected: 'a result',
        found: outcome.outcome === 'bad' ? 'a result that cannot be' : 'an error',
        remedy: 'Do what the message asks for; it is the function’s own.',
      });
  }
}

function textOf(bytes: Buffer, charset: string, { returns }: FunctionInfo): string | Buffer {
  if (returns === 'decimal') return bytes.toString('latin1');
  if (charset === '' || charset === 'binary') return bytes;
  // MySQL's latin1 is Windows' own.
  return charset === 'latin1' ? new TextDecoder('windows-1252').decode(bytes) : bytes.toString('utf8');
}
