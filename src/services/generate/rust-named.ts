/** Enumerations and flags in Rust: a number with constants, since C may pass any. */

import { membersOf, type Named, namedOf } from '../schema/named.js';
import { camel, snake } from '../schema/names.js';
import type { ServiceFunctions } from '../schema/types.js';

export const namedType = ({ name }: Named): string => camel(snake(name).replace(/_$/, ''));

/** Their types. */
export const named = (functions: ServiceFunctions): string => namedOf(functions).map(declared).join('');

function declared(type: Named): string {
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
