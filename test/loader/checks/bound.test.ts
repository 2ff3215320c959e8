/** What the checks make of what the loader would bind: each line that they draw, from both sides. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openFile, readCopies } from '../../../src/binary/index.js';
import { checkImports } from '../../../src/loader/checks/imports.js';
import { checkScope } from '../../../src/loader/checks/scope.js';
import { checkVersions } from '../../../src/loader/checks/versions.js';
import type { Check, CheckResult, Evidence, HostFacts } from '../../../src/loader/record.js';
import { scopeOf } from '../../../src/loader/scope.js';
import { directory } from '../../host/open.js';

/** What was worked out for the file, and how the process began. */
const state = vi.hoisted(() => ({ linked: {} as object, environment: {} as Record<string, string> }));
vi.mock('../../../src/loader/closure.js', () => ({ linked: () => state.linked }));
vi.mock('../../../src/loader/dependencies/index.js', async (original) => ({
  ...(await original<object>()),
  firstEnvironment: () => state.environment,
}));
beforeEach(() => {
  state.environment = {};
});

const elf = { format: 'elf', arch: 'x64', imports: ['a', 'b'], versionNeeds: [{}, {}] };

function say(check: Check, linked: object, evidence: object = {}, host: object = {}): CheckResult[] {
  state.linked = { closure: { dependencies: [] }, problems: [], ...linked };
  return check(
    { path: '/p.so', image: elf, ...evidence } as Evidence,
    { arch: 'x64', exporter: () => undefined, ...host } as unknown as HostFacts,
  );
}
const brief = (results: readonly CheckResult[]) =>
  results.map(({ status, code, message }) => [status, code, message].filter(Boolean).join(' '));

const unbound = (more: object = {}) => ({
  unbound: { versions: [], symbols: [], unknown: [], bound: [], ...more },
});
const isFor = (format: string, arch: string) => ({ image: { ...elf, format, arch } });

describe.each([
  ['imports', checkImports, unbound()],
  ['versions', checkVersions, unbound()],
])('%s', (_, check, linked) => {
  it('are asked of this machine’s ELF files only', () => {
    expect(say(check, linked)).toHaveLength(1);
    expect(say(check, linked, { image: undefined })).toEqual([]);
    expect(say(check, linked, isFor('macho', 'x64'))).toEqual([]);
    expect(say(check, linked, isFor('elf', 'arm64'))).toEqual([]);
  });
});

describe('imports', () => {
  const symbol = (name: string, more: object = {}) => ({ neededBy: '/p.so', name, ...more });
  const asked = (symbols: object[], more: object = {}, evidence: object = {}) =>
    say(checkImports, unbound({ symbols, ...more }), evidence);

  it('are fine when all are found', () => expect(brief(asked([]))).toEqual(['ok 2 found']));

  it('are not known while a library is missing', () => {
    const missing = { closure: { dependencies: [{ name: 'a', path: '/a.so' }, { name: 'b' }] } };
    expect(brief(say(checkImports, missing))).toEqual(['skip the libraries that are missing may have them']);
    const found = { closure: { dependencies: [{ name: 'a', path: '/a.so' }] } };
    expect(say(checkImports, found)).toEqual([]);
  });

  it('may be in a library that cannot be read', () => {
    expect(brief(asked([symbol('f')], { unknown: ['/lib/odd.so'] }))).toEqual([
      'skip odd.so cannot be read, and may have them',
    ]);
    expect(brief(asked([], { unknown: ['/lib/odd.so'] }))).toEqual(['ok 2 found']);
  });

  it('are told by who needs them, and those with versions apart', () => {
    const symbols = [
      symbol('f'),
      symbol('g', { version: 'V1' }),
      symbol('h'),
      symbol('i', { neededBy: '/lib/dep.so' }),
    ];
    const results = asked(symbols);
    expect(brief(results)).toEqual([
      'fail MORTISE_ERR_SYMBOL_UNDEFINED 2 symbols that nothing defines: f, h',
      'fail MORTISE_ERR_SYMBOL_UNDEFINED 1 symbol that nothing defines: g@V1',
      'fail MORTISE_ERR_SYMBOL_UNDEFINED 1 symbol that nothing defines: i, needed by dep.so',
    ]);
    expect(results.map(({ problem }) => [problem?.where, problem?.found])).toEqual([
      ['dynamic symbols', 'f, h'],
      ['dynamic symbols', 'g@V1'],
      ['/lib/dep.so', 'i'],
    ]);
    expect(results.map(({ remedy }) => remedy)).toEqual([
      expect.stringMatching(/^Link the plugin with the library that has them;/),
      expect.stringMatching(/^Link the plugin with the library that has it;/),
      expect.stringMatching(/^Link dep\.so with the library that has it;/),
    ]);
  });

  it('are all in the report, where the message has five', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const [five] = asked(names.slice(0, 5).map((name) => symbol(name)));
    expect(five?.remedy).not.toContain('--json');
    const [six] = asked(names.map((name) => symbol(name)));
    expect(six?.remedy).toContain('mortise verify --json names all');
    expect(six?.message).not.toContain('f,');
    expect(six?.problem?.found).toBe(names.join(', '));
  });

  it('of a service ask for the line that requires it', () => {
    const [one] = asked([symbol('mortise_log_service'), symbol('mortise_state_service')]);
    expect(one?.remedy).toBe(
      'Write MORTISE_REQUIRE(log, 1, 0) and MORTISE_REQUIRE(state, 1, 0) in one source file of the plugin.',
    );
    const [other] = asked([symbol('my_mortise_log_service')]);
    expect(other?.remedy).toMatch(/^Link the plugin/);
  });

  it('of a server are its server’s, unless a library needs them or they have a version', () => {
    const gone = { dialect: { words: { server: 'MariaDB' } } };
    const codeOf = (one: object, evidence: object = gone) => asked([one], {}, evidence)[0]?.code;
    expect(codeOf(symbol('thd'))).toBe('MORTISE_ERR_SYMBOL_MISSING');
    expect(codeOf(symbol('thd'), { dialect: { words: {} } })).toBe('MORTISE_ERR_SYMBOL_UNDEFINED');
    expect(codeOf(symbol('thd'), {})).toBe('MORTISE_ERR_SYMBOL_UNDEFINED');
    expect(codeOf(symbol('thd', { version: 'V' }))).toBe('MORTISE_ERR_SYMBOL_UNDEFINED');
    expect(codeOf(symbol('thd', { neededBy: '/dep.so' }))).toBe('MORTISE_ERR_SYMBOL_UNDEFINED');
    const messageOf = (more: object) =>
      asked([symbol('thd')], {}, { dialect: { words: { server: 'collectd' }, ...more } })[0]?.message;
    expect(messageOf({})).toBe('1 symbol of the server: thd');
    expect(messageOf({ gives: new Set() })).toBe('1 symbol that collectd does not have: thd');
  });
});

describe('versions', () => {
  it('are as many as are needed', () => {
    expect(brief(say(checkVersions, unbound()))).toEqual(['ok 2 defined']);
    expect(say(checkVersions, unbound(), { image: { ...elf, versionNeeds: [] } })).toEqual([]);
  });

  it('that can’t be told say why', () => {
    const problem = { code: 'MORTISE_ERR_BINARY_LIMIT', message: 'too many' } as const;
    expect(brief(say(checkVersions, { problems: [problem] }))).toEqual([
      'fail MORTISE_ERR_BINARY_LIMIT too many',
    ]);
    expect(say(checkVersions, {})).toEqual([]);
  });

  it('are lacking in a library, or in one that nobody loads', () => {
    const one = { neededBy: '/p.so', version: 'V2', library: 'dep.so' };
    const two = { ...one, neededBy: '/lib/mid.so' };
    const versions = [one, two].flatMap((lack) => [lack, { ...lack, path: '/lib/dep.so' }]);
    const results = say(checkVersions, unbound({ versions }));
    expect(brief(results)).toEqual([
      'fail MORTISE_ERR_BINARY_MALFORMED it needs V2 of dep.so, which it does not name as a dependency',
      'fail MORTISE_ERR_DEPENDENCY_VERSION dep.so does not define V2',
      'fail MORTISE_ERR_BINARY_MALFORMED it needs V2 of dep.so, which it does not name as a dependency, needed by mid.so',
      'fail MORTISE_ERR_DEPENDENCY_VERSION dep.so does not define V2, needed by mid.so',
    ]);
    expect(results.map(({ problem }) => problem?.where)).toEqual([
      ...['V2 of dep.so', 'V2 of dep.so', '/lib/mid.so', '/lib/mid.so'],
    ]);
    expect(results.map(({ remedy }) => remedy)).toEqual([
      expect.stringMatching(/^Link the plugin again/),
      expect.stringMatching(/ or build the plugin on/),
      expect.stringMatching(/^Link mid\.so again/),
      expect.stringMatching(/ or build mid\.so on/),
    ]);
  });
});

describe.runIf(process.platform === 'linux')('the scope', () => {
  const own = new Set(['/lib/libssl.so.3']);
  /** A plugin whose libraries define those symbols, in a process that has them, too. */
  const plugin = (names: readonly string[], library = '/own/libz.so.1') => ({
    ...unbound({
      bound: [
        {
          path: '/p.so',
          references: { symbols: names.map((name) => ({ name })) },
          hints: names.map(() => ({ path: library })),
        },
      ],
    }),
    closure: { dependencies: [], loaded: { own } },
  });
  const from =
    (table: Record<string, string>) =>
    (symbol: string): string | undefined =>
      table[symbol];
  const node = { exporter: from({ inflate: '/bin/node', deflate: '/bin/node', malloc: '/lib/libc.so.6' }) };
  const ask = (linked: object, host: object = node, evidence: object = {}) =>
    brief(say(checkScope, linked, { dialect: {}, ...evidence }, host));
  const deep = ['ok its own libz.so.1, not what node has of them (RTLD_DEEPBIND)'];
  const warning = (why: RegExp) => [
    expect.stringMatching(
      new RegExp(`^warn MORTISE_WARN_PROCESS_SYMBOLS node answers inflate before libz.so.1: .*${why.source}`),
    ),
  ];

  it('is the plugin’s own where the process has the same names', () => {
    expect(ask(plugin(['inflate']))).toEqual(deep);
    expect(ask(plugin(['other']))).toEqual([]);
    expect(ask(plugin(['inflate'], '/lib/libssl.so.3'))).toEqual([]);
    expect(ask(plugin(['inflate'], '/bin/node'))).toEqual([]);
  });

  it('is bound to itself only where it needs that', () => {
    const deepOf = (names: readonly string[]) => {
      state.linked = { problems: [], ...plugin(names) };
      const evidence = { path: '/p.so', image: elf, dialect: {} } as unknown as Evidence;
      return scopeOf(evidence, { arch: 'x64', ...node } as unknown as HostFacts).deep;
    };
    expect(deepOf(['inflate'])).toBe(true);
    expect(deepOf(['other'])).toBe(false);
  });

  it('is no matter of other files', () => {
    expect(ask(plugin(['inflate']), node, { dialect: undefined })).toEqual([]);
    expect(ask(plugin(['inflate']), node, { image: undefined })).toEqual([]);
    expect(ask(plugin(['inflate']), node, isFor('macho', 'x64'))).toEqual([]);
    expect(ask(plugin(['inflate']), node, isFor('elf', 'arm64'))).toEqual([]);
    expect(ask({ closure: plugin([]).closure })).toEqual([]);
    expect(ask({ ...plugin(['inflate']), closure: { dependencies: [] } })).toEqual([]);
  });

  it('is the same file under two paths', () => {
    const folder = directory();
    const [left, right] = [join(folder, 'libz.so.1'), `${folder}/./libz.so.1`];
    writeFileSync(left, '');
    const host = { exporter: from({ inflate: right, malloc: '/lib/libc.so.6' }) };
    expect(ask(plugin(['inflate'], left), host)).toEqual([]);
    expect(ask(plugin(['inflate'], join(directory(), 'libz.so.1')), host)).toHaveLength(1);
    const other = { exporter: from({ inflate: '/nowhere/libz.so.1', malloc: '/lib/libc.so.6' }) };
    expect(ask(plugin(['inflate'], '/never/libz.so.1'), other)).toHaveLength(1);
  });

  it.each(['asan', 'tsan', 'msan', 'hwasan'])('is the process’s where %s watches it', (sanitizer) => {
    const host = { exporter: from({ inflate: '/bin/node', [`__${sanitizer}_init`]: '/lib/lib.so' }) };
    expect(ask(plugin(['inflate']), host)).toEqual(warning(new RegExp(`\\(${sanitizer}\\) watches`)));
  });

  it('is the process’s where something was put before all others', () => {
    state.environment = { LD_PRELOAD: '/lib/x.so' };
    expect(ask(plugin(['inflate']))).toEqual(warning(/LD_PRELOAD=\/lib\/x\.so/));
    state.environment = { LD_PRELOAD: '' };
    expect(ask(plugin(['inflate']))).toEqual(deep);
  });

  it('is the process’s where another library has its malloc', () => {
    const jemalloc = { exporter: from({ inflate: '/bin/node', malloc: '/lib/libjemalloc.so.2' }) };
    expect(ask(plugin(['inflate']), jemalloc)).toEqual(warning(/libjemalloc\.so\.2 gives/));
    expect(ask(plugin(['inflate']), { exporter: from({ inflate: '/bin/node' }) })).toEqual(deep);
  });

  it('is the process’s where the program has taken over data of its libraries', () => {
    const program = openFile(process.execPath);
    const copies = readCopies(program);
    program.close();
    const asks = (name: string) => ask(plugin(['inflate', name]));
    // A program that was linked statically has none.
    if (copies.some((name) => /environ$/.test(name))) {
      expect(asks('environ')).toEqual(warning(/environ is the program's own/));
      expect(asks('__environ')).toEqual(warning(/__environ is the program's own/));
    }
    if (copies.includes('stdout')) expect(asks('stdout')).toEqual(deep);
    expect(asks('nobody')).toEqual(deep);
  });

  it('names all symbols and each library once', () => {
    state.environment = { LD_PRELOAD: 'x' };
    const [one] = say(checkScope, plugin(['inflate', 'deflate', 'inflate']), { dialect: {} }, node);
    expect(one?.problem).toMatchObject({ expected: '2 symbols of libz.so.1', found: 'inflate, deflate' });
  });
});
