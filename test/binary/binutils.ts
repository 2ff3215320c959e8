import { run } from './machine-libraries.js';

/** The same facts as an Image holds, as binutils prints them. */
export interface Facts {
  exports: string[];
  imports: string[];
  weakImports: string[];
  dependencies: string[];
  soname?: string;
  rpath: string[];
  runpath: string[];
  versionNeeds: string[];
  execStack: boolean;
  buildId?: string;
}

/** Asks `nm` and `readelf` about many files at once; starting them costs more than the reading. */
export function factsOf(files: readonly string[]): Map<string, Facts> {
  // With a single file, neither tool prints a heading.
  const several = files.length === 1 ? [...files, ...files] : files;
  const names = new Map<string, Pick<Facts, 'exports' | 'imports' | 'weakImports'>>();
  for (const [file, lines] of bySection(run('nm', ['-D'], several), /^(\/.*):$/)) {
    names.set(file, namesIn(lines));
  }
  const facts = new Map<string, Facts>();
  const text = run('readelf', ['-W', '-d', '-V', '-l', '-n'], several);
  for (const [file, lines] of bySection(text, /^File: (\/.*)$/)) {
    facts.set(file, {
      ...(names.get(file) ?? { exports: [], imports: [], weakImports: [] }),
      ...headersIn(lines),
    });
  }
  return facts;
}

function bySection(text: string, heading: RegExp): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const match = heading.exec(line);
    if (match) {
      lines = [];
      sections.set(match[1] as string, lines);
    } else if (line !== '') lines.push(line);
  }
  return sections;
}

function namesIn(lines: readonly string[]): Pick<Facts, 'exports' | 'imports' | 'weakImports'> {
  const exports = new Set<string>();
  const imports = new Map<string, boolean>();
  for (const line of lines) {
    // "0000000000001139 T module_info@@V1", "                 U puts@GLIBC_2.2.5"
    const match = /^ *([0-9a-f]*) +(\S) (.+?)(@.*)?$/.exec(line);
    if (!match) continue;
    const [, address, letter, name] = match as unknown as [string, string, string, string];
    if (address === '') imports.set(name, letter !== 'U' && imports.get(name) !== false);
    // Lower case is local, except for unique, weak and indirect symbols.
    else if (letter !== letter.toLowerCase() || 'uvwi'.includes(letter)) exports.add(name);
  }
  return {
    exports: [...exports],
    imports: [...imports.keys()],
    weakImports: [...imports].filter(([, weak]) => weak).map(([name]) => name),
  };
}

function headersIn(lines: readonly string[]): Omit<Facts, 'exports' | 'imports' | 'weakImports'> {
  const facts: Omit<Facts, 'exports' | 'imports' | 'weakImports'> = {
    dependencies: [],
    rpath: [],
    runpath: [],
    versionNeeds: [],
    execStack: true,
  };
  let library = '';
  let inNeeds = false;
  for (const line of lines) {
    const dynamic = /^ 0x[0-9a-f]+ \((\w+)\) .*: \[(.*)\]$/.exec(line);
    if (dynamic) {
      const [, tag, value] = dynamic as unknown as [string, string, string];
      if (tag === 'NEEDED') facts.dependencies.push(value);
      if (tag === 'SONAME') facts.soname = value;
      if (tag === 'RPATH') facts.rpath = value === '' ? [] : value.split(':');
      if (tag === 'RUNPATH') facts.runpath = value === '' ? [] : value.split(':');
    }
    if (/^Version /.test(line)) inNeeds = line.startsWith('Version needs');
    if (inNeeds) {
      library = / {2}File: (.*) {2}Cnt: /.exec(line)?.[1] ?? library;
      const version = / {2}Name: (.*) {2}Flags: /.exec(line)?.[1];
      if (version !== undefined) facts.versionNeeds.push(`${library} ${version}`);
    }
    const stack = /^ +GNU_STACK .* (R?W?) ?(E?) +(?:0x)?[0-9a-f]+$/.exec(line);
    if (stack) facts.execStack = stack[2] === 'E';
    const id = /Build ID: ([0-9a-f]+)/.exec(line);
    if (id) facts.buildId = id[1];
  }
  return facts;
}
