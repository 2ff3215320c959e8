/** Reads who a plugin is, what it needs and what it provides, from the constants in its file. */
import { type ByteSource, type Image, readSymbol } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity, ServiceNeed } from '../../loader/record.js';
import type { WantedService } from '../../loader/service-fits.js';
import { listed } from '../../messages/lists.js';
import { isServiceName } from '../../services/schema/names.js';
import { unpackVersion } from '../../services/version.js';
import { Fields } from './fields.js';
import { moduleInfo, serviceRecord, symbols } from './layout.js';

/** Far more than any plugin has; a hostile file must not make a long list of problems. */
const maxServices = 256;
const nameRule = /^[a-z][a-z0-9_.-]*$/;
/** As semver.org gives it. The package semver passes over a `v`, and takes as long to load as the rest of a dialect. */
const versionRule =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

export function identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] } {
  const bytes = readSymbol(source, image, symbols.info, moduleInfo.size);
  const layout = bytes ? layoutProblem(bytes, image) : missingInfo(image);
  if (!bytes || layout) return { problems: layout ? [layout] : [] };

  const fields = new Fields(bytes, image.endian, symbols.info);
  const name = fields.text('name', moduleInfo.name);
  const version = fields.text('version', moduleInfo.version);
  const abi = fields.text('abi', moduleInfo.abi);
  const identity: Identity = {
    name,
    version,
    abi,
    parser: fields.text('parser', moduleInfo.parser),
    toolchain: fields.text('toolchain', moduleInfo.toolchain),
    exactToolchain: (fields.u32(moduleInfo.flags) & moduleInfo.exactToolchain) !== 0,
    needsTrees: (fields.u32(moduleInfo.flags) & moduleInfo.needsTrees) !== 0,
    requires: [],
    provides: [],
  };
  const problems = fields.problems;
  // Only one problem a field: an unreadable name is not reported as a bad name too.
  const read = (field: string) => !problems.some(({ where }) => where === `${symbols.info}.${field}`);
  if (read('name') && !nameRule.test(name)) problems.push(badName(name));
  if (read('version') && !versionRule.test(version)) problems.push(badVersion(version));
  if (read('abi') && !/^\d{1,5}\.\d{1,5}$/.test(abi)) problems.push(badAbi(abi));
  for (const record of serviceRecords(source, image, problems)) {
    const { kind, optional: _, ...service } = record;
    if (kind === 'provides') identity.provides.push(service);
    else identity.requires.push(needOf(record, image));
  }
  return problems.length > 0 ? { problems } : { identity, problems };
}

interface ServiceRecord extends WantedService {
  kind: 'requires' | 'provides';
  optional: boolean;
  symbol: string;
}

function* serviceRecords(source: ByteSource, image: Image, problems: Problem[]): Generator<ServiceRecord> {
  let count = 0;
  for (const symbol of image.exports) {
    const kind = symbol.startsWith(symbols.requires)
      ? 'requires'
      : symbol.startsWith(symbols.provides)
        ? 'provides'
        : undefined;
    if (!kind || ++count > maxServices) continue;
    const bytes = recordBytes(source, image, symbol);
    if (typeof bytes === 'string') {
      problems.push(badRecord(symbol, bytes));
      continue;
    }
    const fields = new Fields(bytes, image.endian, symbol);
    const version = fields.u32(serviceRecord.version);
    const name = fields.text('name', serviceRecord.name);
    const rest = { at: serviceRecord.size, size: bytes.length - serviceRecord.size };
    const signature = rest.size > 0 ? fields.text('signature', rest) : '';
    problems.push(...fields.problems);
    if (fields.problems.length === 0 && !isServiceName(name)) problems.push(badServiceName(symbol, name));
    const optional = (fields.u32(serviceRecord.flags) & serviceRecord.optional) !== 0;
    yield { kind, name, ...unpackVersion(version), signature, optional, symbol };
  }
}

/** The whole record, signature and all; or what there is instead. */
function recordBytes(source: ByteSource, image: Image, symbol: string): Buffer | string {
  const head = readSymbol(source, image, symbol, serviceRecord.size);
  if (!head) return 'no bytes in the file';
  if (head.length < serviceRecord.size) return `${head.length} bytes in the file`;
  const size = new Fields(head, image.endian, symbol).u32(serviceRecord.sizeField);
  if (size < serviceRecord.size || size > serviceRecord.maxSize) return `${size} bytes`;
  const bytes = readSymbol(source, image, symbol, size);
  return bytes?.length === size ? bytes : `${size} bytes, of which the file has ${bytes?.length ?? 0}`;
}

/** The cell that belongs to `module_requires_x` is `x_service`. */
function needOf({ kind: _, ...need }: ServiceRecord, image: Image): ServiceNeed {
  const { symbol } = need;
  const cell = symbol.slice(symbols.requires.length) + symbols.cell;
  return { ...need, cell: image.symbols.has(cell) ? cell : undefined };
}

function layoutProblem(bytes: Buffer, image: Image): Problem | undefined {
  const { size, magic, sizeField } = moduleInfo;
  const remedy = 'Define it with MORTISE_MODULE (C), MORTISE_MODULE_CXX (C++) or mortise::plugin! (Rust).';
  const text = bytes.subarray(magic.at, magic.size).toString('latin1').replace(/\0.*$/s, '');
  const common = { code: 'MORTISE_ERR_INFO_LAYOUT', remedy } as const;
  if (text !== magic.text) {
    return {
      ...common,
      message: 'module_info is not a mortise_module_info',
      where: `${symbols.info}.magic`,
      expected: JSON.stringify(magic.text),
      found: JSON.stringify(text),
    };
  }
  const said =
    bytes.length < sizeField + 4 ? 0 : new Fields(bytes, image.endian, symbols.info).u32(sizeField);
  if (bytes.length >= size && said >= size && said <= 4096) return undefined;
  return {
    ...common,
    message: 'module_info has a wrong size',
    where: `${symbols.info}.size`,
    expected: `${size} bytes`,
    found: bytes.length < size ? `${bytes.length} bytes in the file` : `${said} bytes`,
  };
}

function missingInfo(image: Image): Problem {
  const hidden = image.exports.includes(symbols.info);
  return {
    code: 'MORTISE_ERR_INFO_MISSING',
    message: hidden ? 'module_info holds no data in the file' : 'there is no module_info',
    where: symbols.info,
    expected: 'an exported, initialised constant module_info',
    found: hidden ? 'a symbol without bytes behind it' : `exports: ${list(image.exports)}`,
    remedy:
      'Add MORTISE_MODULE(.name = "…", .version = "…") to one source file, or mortise::plugin!() in Rust.',
  };
}

function badName(name: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_NAME',
    message: `${JSON.stringify(name)} is not a valid plugin name`,
    where: `${symbols.info}.name`,
    expected: 'lower-case letters, digits, "_", "-" and ".", starting with a letter',
    found: JSON.stringify(name),
    remedy: 'Choose a name such as tenant_router.',
  };
}

function badVersion(version: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_VERSION',
    message: `${JSON.stringify(version)} is not a semantic version`,
    where: `${symbols.info}.version`,
    expected: 'a version such as 1.0.0 or 1.0.0-beta.2',
    found: JSON.stringify(version),
    remedy: 'Write the version as major.minor.patch (semver.org).',
  };
}

function badAbi(abi: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_VERSION',
    message: `${JSON.stringify(abi)} is not an ABI version`,
    where: `${symbols.info}.abi`,
    expected: 'major.minor, such as 1.0',
    found: JSON.stringify(abi),
    remedy: 'Leave the field to the macros in mortise/module.h.',
  };
}

function badRecord(symbol: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_LAYOUT',
    message: `${symbol} has a wrong size`,
    where: symbol,
    expected: `${serviceRecord.size} bytes and a signature, at most ${serviceRecord.maxSize}`,
    found,
    remedy: 'Define it with the macros in mortise/service.h.',
  };
}

function badServiceName(symbol: string, name: string): Problem {
  return {
    code: 'MORTISE_ERR_INFO_NAME',
    message: `${JSON.stringify(name)} is not a valid service name`,
    where: `${symbol}.name`,
    expected: 'dotted lower-case words, such as mortise.log',
    found: JSON.stringify(name),
    remedy: 'Name the service as its header does.',
  };
}

function list(names: readonly string[]): string {
  return listed(names, 5) || 'none';
}
