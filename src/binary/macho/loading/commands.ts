/** Rules of dyld about load commands, and the names in them. */
import { commandTypes, find, nameIn } from '../commands.js';
import { fileTypes } from '../header.js';
import { type Rule, version } from './subject.js';

const names: ReadonlySet<number> = new Set([
  commandTypes.idDylib,
  commandTypes.loadDylib,
  commandTypes.loadWeakDylib,
  commandTypes.reexportDylib,
  commandTypes.loadUpwardDylib,
  commandTypes.rpath,
]);
const dependencies: ReadonlySet<number> = new Set([
  commandTypes.loadDylib,
  commandTypes.loadWeakDylib,
  commandTypes.reexportDylib,
  commandTypes.loadUpwardDylib,
]);

export const haveWholeSizes: Rule = ({ commands }) => {
  const odd = commands.find(({ fields }) => fields.length % 4 !== 0);
  return (
    odd && {
      message: 'a load command does not end where the next one can start',
      where: `load command ${odd.index}`,
      expected: 'a size that is a multiple of 4',
      found: `${odd.fields.length} bytes`,
    }
  );
};

export const haveWholeNames: Rule = ({ commands }) => {
  const open = commands.find((command) => names.has(command.type) && !nameIn(command).hasEnd);
  return (
    open && {
      message: 'a name goes on behind its load command',
      where: `load command ${open.index}`,
      expected: 'a zero behind the name',
      found: `${open.fields.length} bytes without one`,
    }
  );
};

export const haveInstallName: Rule = ({ header, commands }) => {
  const isDylib = header.fileType === fileTypes.dylib;
  const hasName = find(commands, commandTypes.idDylib) !== undefined;
  if (isDylib === hasName) return undefined;
  return {
    message: isDylib ? 'it is a dylib and has no install name' : 'it is a bundle and has an install name',
    where: 'LC_ID_DYLIB',
    expected: isDylib ? 'one in a dylib' : 'none in a bundle',
    found: isDylib ? 'none' : 'one',
    remedy: 'Link it again, with -dynamiclib or with -bundle.',
  };
};

export const needSomething: Rule = ({ commands, sdk }) => {
  if (sdk < version(12, 0) || commands.some(({ type }) => dependencies.has(type))) return undefined;
  return {
    message: 'it needs no library, not even that of the system',
    where: 'load commands',
    expected: 'LC_LOAD_DYLIB of /usr/lib/libSystem.B.dylib at least',
    found: 'none',
    remedy: 'Link it without -nostdlib.',
  };
};
