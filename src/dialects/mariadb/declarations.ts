/** What a file declares: its plugins and the services that it needs, read without running it. */
import { type ByteSource, type Image, Pointers, readSymbol } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { whyNotFilled } from '../../loader/cell.js';
import type { ServiceNeed } from '../../loader/record.js';
import { declaration, symbols, versionOf } from './layout.js';

/** One plugin of a file. */
export interface Declared {
  /** Index into {@link kinds}. */
  type: number;
  name: string;
  author: string;
  description: string;
  version: string;
  /** The version of the interface of its kind; undefined when its record lies outside the file. */
  info?: number;
}

export interface Declarations {
  /** 0x010f, or undefined when the file doesn't say. */
  interface?: number;
  /** Bytes of one declaration. */
  structSize?: number;
  plugins: Declared[];
  needs: ServiceNeed[];
  problems: Problem[];
}

const maxPlugins = 64;
const nameRule = /^[a-z_][a-z0-9_.-]{0,63}$/i;
const known = new WeakMap<Image, Declarations>();

/** The same object for the same image. */
export function readDeclarations(source: ByteSource, image: Image): Declarations {
  const found = known.get(image) ?? read(source, image);
  known.set(image, found);
  return found;
}

function read(source: ByteSource, image: Image): Declarations {
  const found: Declarations = {
    interface: numberAt(source, image, symbols.interface),
    structSize: numberAt(source, image, symbols.structSize),
    plugins: [],
    needs: [],
    problems: [],
  };
  if (image.format !== 'elf') {
    found.problems.push(layout('it is not an ELF file', 'an ELF library', image.format));
    return found;
  }
  // A declaration of another size would be read at the wrong places.
  if (found.structSize !== declaration.size) return found;
  try {
    readPlugins(new Pointers(source, image), image, found);
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    found.problems.push(...error.problems);
  }
  for (const cell of image.exports.filter(isCell)) readCell(source, image, cell, found);
  return found;
}

function readPlugins(pointers: Pointers, image: Image, { plugins, problems }: Declarations): void {
  const place = image.symbols.get(symbols.declarations);
  const start = place && pointers.addressOf(place.offset);
  if (!place || start === undefined) {
    problems.push(layout('its declarations hold no data', 'declarations in the file', 'none'));
    return;
  }
  const room = Math.min(place.size, place.available);
  for (let at = 0; ; at += declaration.size) {
    const fields = at + declaration.size <= room ? pointers.numbers(start + at, declaration.size) : undefined;
    if (!fields || plugins.length === maxPlugins) {
      const found = `${plugins.length} declarations and no end`;
      problems.push(
        layout('its list of declarations does not end', 'a zeroed declaration at the end', found),
      );
      return;
    }
    const text = (field: number) => pointers.text(pointers.target(start + at + field));
    const info = pointers.target(start + at + declaration.info);
    if (info === undefined) break;
    const name = text(declaration.name) ?? '';
    if (!nameRule.test(name)) {
      problems.push({
        code: 'MORTISE_ERR_INFO_NAME',
        message: `${JSON.stringify(name)} is not a valid plugin name`,
        where: `${symbols.declarations}[${plugins.length}].name`,
        expected: 'letters, digits, "_", "-" and ".", at most 64',
        found: JSON.stringify(name),
        remedy: 'Name the plugin in maria_declare_plugin.',
      });
    }
    const { major, minor } = versionOf(fields.u32(declaration.version));
    plugins.push({
      type: fields.u32(declaration.type) | 0,
      name,
      author: text(declaration.author) ?? '',
      description: text(declaration.description) ?? '',
      version: text(declaration.versionText) || `${major}.${minor}`,
      info: pointers.numbers(info, 4)?.u32(0),
    });
  }
  if (plugins.length === 0) problems.push(layout('it declares no plugin', 'at least one', 'none'));
}

function isCell(symbol: string): boolean {
  return /^provider_service_|_service$/.test(symbol);
}

/** A cell holds the version that the plugin was built for, until a host puts the service's table there. */
function readCell(source: ByteSource, image: Image, symbol: string, { needs, problems }: Declarations): void {
  const place = image.symbols.get(symbol);
  if (place?.kind === 'code') return; // a function of that name
  const bytes = readSymbol(source, image, symbol, 8);
  const value = bytes?.length === 8 ? readWord(bytes, image) : undefined;
  if (value === undefined || value === 0n || value > 0xffffn) {
    problems.push({
      code: 'MORTISE_ERR_SERVICE_CELL',
      message: `${symbol} holds no version`,
      where: symbol,
      expected: 'a version such as 0x0100',
      found: value === undefined ? 'no eight bytes in the file' : `0x${value.toString(16)}`,
      remedy: 'Link the plugin with MariaDB’s libmysqlservices, which defines the cell.',
    });
    return;
  }
  const problem = whyNotFilled(image, symbol, symbol);
  if (problem) {
    problems.push(problem);
    return;
  }
  needs.push({ name: symbol, ...versionOf(Number(value)), optional: false, cell: symbol, symbol });
}

function readWord(bytes: Buffer, { endian }: Image): bigint {
  return endian === 'little' ? bytes.readBigUInt64LE() : bytes.readBigUInt64BE();
}

function numberAt(source: ByteSource, image: Image, symbol: string): number | undefined {
  const bytes = readSymbol(source, image, symbol, 4);
  if (bytes?.length !== 4) return undefined;
  return image.endian === 'little' ? bytes.readUInt32LE() : bytes.readUInt32BE();
}

function layout(message: string, expected: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_LAYOUT',
    message,
    where: symbols.declarations,
    expected,
    found,
    remedy: 'Build the plugin again with maria_declare_plugin and maria_declare_plugin_end.',
  };
}
