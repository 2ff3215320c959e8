/** Enumerations and flags in Rust: a number with constants, since C may pass any; and records: structs as C has them. */

import { representations } from '../schema/lower.js';
import { membersOf, type Named, namedOf } from '../schema/named.js';
import { camel, snake } from '../schema/names.js';
import { type Field, layoutOf } from '../schema/records.js';
import type { Enumeration, Flags, RecordOf, ServiceFunctions } from '../schema/types.js';

export const namedType = ({ name }: Named): string => camel(snake(name).replace(/_$/, ''));

/** Their types. */
export const named = (functions: ServiceFunctions): string =>
  namedOf(functions)
    .filter((type) => type.kind !== 'handle')
    .map((type) => (type.kind === 'record' ? struct(type) : declared(type)))
    .join('');

function struct(type: RecordOf): string {
  const name = namedType(type);
  const { bytes, fields } = layoutOf(type);
  const checks = fields.filter(({ type }) => isChecked(type));
  return `/// The record \`${type.name}\`, of ${bytes} bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ${name} {
${fields.map((field) => `    pub ${field.member}: ${fieldType(field)},\n`).join('')}}

const _: () = {
    ::core::assert!(size_of::<${name}>() == ${bytes});
${fields.map(({ member, offset }) => `    ::core::assert!(offset_of!(${name}, ${member}) == ${offset});\n`).join('')}};

impl ${name} {
    fn checked(self) -> Self {
${checks.map(({ member }) => `        self.${member}.checked();\n`).join('')}        self
    }
}

`;
}

/** Whether there are numbers that it can't be. */
const isChecked = ({ kind }: Field['type']): boolean =>
  kind === 'enum' || kind === 'flags' || kind === 'record';

function fieldType({ type }: Field): string {
  if (type.kind === 'record' || type.kind === 'enum' || type.kind === 'flags') return namedType(type);
  return type.kind === 'bool' ? 'Bool' : representations[type.kind].rust;
}

function declared(type: Enumeration | Flags): string {
  const [name, raw] = [namedType(type), type.kind === 'enum' ? 'i32' : 'u32'];
  const entries = Object.entries(membersOf(type));
  const constant = (member: string) => snake(member).replace(/_$/, '').toUpperCase();
  const about =
    type.kind === 'enum'
      ? `\`${type.name}\`: one of its constants; what isn't fails the call where it is checked.`
      : `\`${type.name}\`: any of its constants, joined with \`|\`; another bit fails the call where it is checked.`;
  const known =
    type.kind === 'enum'
      ? `matches!(self.0, ${entries.map(([, value]) => value).join(' | ')})`
      : `self.0 & !${entries.reduce((all, [, bit]) => (all | bit) >>> 0, 0)} == 0`;
  return `/// ${about}
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ${name}(pub ${raw});

impl ${name} {
${entries.map(([member, value]) => `    pub const ${constant(member)}: Self = Self(${value});\n`).join('')}
    /// Whether it is one that the service has.
    #[must_use]
    pub const fn is_known(self) -> bool {
        ${known}
    }

    fn checked(self) -> Self {
        ::core::assert!(self.is_known(), "{} is not a valid ${type.name}", self.0);
        self
    }
${type.kind === 'flags' ? contains : ''}}

${type.kind === 'flags' ? joined(name) : ''}`;
}

const contains = `
    /// Whether all bits of the other are in it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
`;

const joined = (name: string): string => `impl ::core::ops::BitOr for ${name} {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

`;
