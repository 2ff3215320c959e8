import { run } from './machine-libraries.js';

export interface Names {
  exports: string[];
  imports: string[];
  weakImports?: string[];
  dependencies: string[];
  weakDependencies?: string[];
  soname?: string;
}

const plain = (name: string): string => name.replace(/^_/, '');
const lines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

/** What the LLVM tools say of one architecture of a Mach-O file; `arch` in their words. */
export function machoNames(file: string, arch: string): Names {
  const nm = (...options: string[]) => lines(run('llvm-nm', [`--arch=${arch}`, ...options], [file]));
  const dump = (...options: string[]) =>
    lines(run('llvm-objdump', ['--macho', `--arch=${arch}`, ...options], [file])).filter(
      (line) => !line.startsWith(file),
    );
  const trie = dump('--exports-trie').flatMap((line) => /^0x[0-9A-Fa-f]+ +(\S+)/.exec(line)?.[1] ?? []);
  const id = dump('--dylib-id')[0];
  return {
    // The trie is what binds; the symbol table is what is left when there is none.
    exports: (trie.length > 0 ? trie : nm('-gjU')).map(plain),
    // Not which are weak: the tool says it of references to weak definitions (N_REF_TO_WEAK) as well.
    imports: nm('-uj').map(plain),
    dependencies: dump('--dylibs-used')
      .flatMap((line) => /^\t(.*) \(compatibility version /.exec(line)?.[1] ?? [])
      .filter((name, index) => !(index === 0 && name === id)),
    soname: id,
  };
}

/** What llvm-readobj says of a PE file. */
export function peNames(file: string): Names {
  const names = { exports: [] as string[], imports: [] as string[], dependencies: [] as string[] };
  const weakDependencies: string[] = [];
  const weakImports: string[] = [];
  const strong = new Set<string>();
  let block = '';
  for (const line of lines(run('llvm-readobj', ['--coff-exports', '--coff-imports'], [file]))) {
    block = /^(Import|DelayImport|Export) \{$/.exec(line)?.[1] ?? block;
    const name = /^ {2}Name: (.*)$/.exec(line)?.[1];
    const symbol = /^ +Symbol: (.*) \((\d+)\)$/.exec(line);
    if (name !== undefined) {
      if (block === 'Export') names.exports.push(name);
      else names.dependencies.push(name);
      if (block === 'DelayImport') weakDependencies.push(name);
    }
    if (symbol) {
      const text = symbol[1] || `#${symbol[2]}`;
      names.imports.push(text);
      if (block === 'DelayImport') weakImports.push(text);
      else strong.add(text);
    }
  }
  return { ...names, weakDependencies, weakImports: weakImports.filter((text) => !strong.has(text)) };
}
