/** What a file declares: its component, and the services that this provides and needs, read without running it. */
import { type ByteSource, type Image, Pointers } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { component as at, entry, listed, maxListed, serviceRule } from './layout.js';
import { maxCode, returnedAddress } from './returned.js';

/** The component of a file. */
export interface Component {
  name: string;
  /** `service.implementation` each. */
  provides: readonly string[];
  /** `service`, or `service.implementation`. */
  requires: readonly string[];
  metadata: Readonly<Record<string, string>>;
  problems: Problem[];
}

const known = new WeakMap<Image, Component>();

/** The same object for the same image. */
export function readComponent(source: ByteSource, image: Image): Component {
  const found = known.get(image) ?? read(source, image);
  known.set(image, found);
  return found;
}

function read(source: ByteSource, image: Image): Component {
  try {
    if (image.format !== 'elf') throw broken('it is not an ELF file', 'an ELF library', image.format);
    return readFrom(source, image);
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return { name: '', provides: [], requires: [], metadata: {}, problems: [...error.problems] };
  }
}

function readFrom(source: ByteSource, image: Image): Component {
  const pointers = new Pointers(source, image);
  const start = startOf(source, image, pointers);
  const problems: Problem[] = [];
  const given = pointers.text(pointers.target(start + at.name)) ?? '';
  // MySQL's own carry the name of their vendor in front.
  const name = given.replace(/^mysql::?/, '');
  if (!/^[a-z_][\w:.-]{0,62}$/i.test(name)) {
    throw new MortiseError({
      code: 'MORTISE_ERR_INFO_NAME',
      message: `${shown(given)} is not a valid name of a component`,
      where: `${entry}()->name`,
      expected: 'letters, digits, "_", ":", "-" and ".", at most 63',
      found: shown(given),
      remedy: 'Name the component in DECLARE_COMPONENT.',
    });
  }
  for (const [field, place] of [
    ['init', at.init],
    ['deinit', at.deinit],
  ] as const) {
    const target = pointers.target(start + place);
    if (target !== undefined && !pointers.holds(target, 1))
      throw broken(
        `its ${field} is not in the file`,
        'a function of the file',
        `address 0x${target.toString(16)}`,
      );
  }
  const list = (field: 'provides' | 'requires' | 'metadata') =>
    readList(pointers, pointers.target(start + at[field]), field);
  const services = (field: 'provides' | 'requires') =>
    list(field).map(({ name, second }, index) => {
      const where = `${field}[${index}]`;
      const mustHave = field === 'provides' ? name.includes('.') : true;
      if (!serviceRule.test(name) || !mustHave)
        throw broken(
          `${where} names no service`,
          field === 'provides' ? '"service.implementation"' : '"service"',
          shown(name),
        );
      if (second === undefined || !pointers.holds(second, 8))
        throw broken(
          `${where}, ${name}, has no place in the file`,
          'a place of the file',
          second === undefined ? 'null' : `address 0x${second.toString(16)}`,
        );
      // The host puts a table there.
      if (field === 'requires' && (second % 8 !== 0 || !pointers.isWritable(second, 8)))
        throw broken(
          `${where}, ${name}, has a place that cannot be written to`,
          'a pointer that is a variable',
          `address 0x${second.toString(16)}`,
        );
      return name;
    });
  const texts = list('metadata').map(({ name, second }) => [name, pointers.text(second) ?? ''] as const);
  return {
    name: name.replaceAll(':', '_'),
    provides: unique(services('provides')),
    requires: services('requires'),
    metadata: Object.fromEntries(texts),
    problems,
  };
}

function startOf(source: ByteSource, image: Image, pointers: Pointers): number {
  const place = image.symbols.get(entry);
  const address = place && pointers.addressOf(place.offset);
  if (!place || address === undefined) throw broken(`${entry} has no code`, 'a function', 'none');
  const code = source.read(place.offset, Math.min(maxCode, place.available));
  const start = returnedAddress(image.arch, code, address, (from) => pointers.target(from));
  if (start === undefined || !pointers.holds(start, at.size)) {
    throw broken(
      `${entry} does more than return a component of the file, and nothing is run to find out`,
      'the function that DECLARE_LIBRARY_COMPONENTS makes, compiled with optimisation',
      start === undefined ? 'other code' : `address 0x${start.toString(16)}`,
    );
  }
  return start;
}

/** A component that provides one name twice would be refused by its own server. */
function unique(names: string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw broken(`it provides ${twice} twice`, 'each implementation once', twice);
}

function readList(
  pointers: Pointers,
  start: number | undefined,
  field: string,
): { name: string; second?: number }[] {
  if (start === undefined) throw broken(`it has no list \`${field}\``, 'a list, if only its end', 'null');
  const found: { name: string; second?: number }[] = [];
  for (let place = start; ; place += listed.size) {
    if (found.length > maxListed || !pointers.holds(place, listed.size))
      throw broken(
        `its list \`${field}\` does not end`,
        'an entry without a name at the end',
        `${found.length} entries and no end`,
      );
    const first = pointers.target(place);
    if (first === undefined) return found;
    const name = pointers.text(first);
    if (name === undefined)
      throw broken(
        `${field}[${found.length}] has no name in the file`,
        'a text of the file',
        `address 0x${first.toString(16)}`,
      );
    found.push({ name, second: pointers.target(place + listed.second) });
  }
}

function broken(message: string, expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_COMPONENT_LIST',
    message,
    where: `${entry}()`,
    expected,
    found,
    remedy: 'Build the component again with DECLARE_COMPONENT and DECLARE_LIBRARY_COMPONENTS.',
  });
}
