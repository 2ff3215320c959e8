import { describe, expect, it } from 'vitest';
import { compareProbes, lines } from './headers.fixture.js';

const struct = (members: string) => `typedef struct probe { uint32_t size; ${members} } probe;`;

describe('what the project has no example of', () => {
  it.each<[string, string, string, string[]]>([
    [
      'a bit-field that widens',
      struct('uint32_t a : 3; uint32_t b : 5;'),
      struct('uint32_t a : 4; uint32_t b : 5;'),
      [
        'major probe.a changed from bit 32 (3 wide) to bit 32 (4 wide)',
        'major probe.b moved from bit 35 (5 wide) to bit 36 (5 wide)',
      ],
    ],
    [
      'a bit taken from reserved ones',
      struct('uint32_t a : 3; uint32_t reserved : 29;'),
      struct('uint32_t a : 3; uint32_t b : 1; uint32_t reserved : 28;'),
      ['minor probe.b took the place of reserved at bit 35 (1 wide)'],
    ],
    [
      'bits in what was padding',
      struct('uint32_t a : 3;'),
      struct('uint32_t a : 3; uint32_t b : 1;'),
      [
        "major probe.b fills padding at bit 35 (1 wide), which the struct's size can't tell from an older one without it",
      ],
    ],
    [
      'tail padding filled',
      struct('uint64_t a; uint32_t b;'),
      struct('uint64_t a; uint32_t b; uint32_t c;'),
      [
        "major probe.c fills padding at offset 20, which the struct's size can't tell from an older one without it",
      ],
    ],
    [
      'part of a reserved array put to use',
      struct('char reserved[60];'),
      struct('uint32_t flags; char reserved[56];'),
      ['minor probe.flags took the place of reserved at offset 4'],
    ],
    [
      'a nameless union, changed inside',
      struct('union { int32_t a; float b; };'),
      struct('union { int32_t a; uint32_t b; };'),
      ['major probe.b type changed from float to uint32_t'],
    ],
    ['a member that moved into a nameless union', struct('int32_t a;'), struct('union { int32_t a; };'), []],
    [
      'a union with one more member of a size that fits',
      struct('union { int64_t a; double b; } as;'),
      struct('union { int64_t a; double b; char c[8]; } as;'),
      ['minor probe.as.c is one more way to read the union, whose size stays'],
    ],
    [
      'a union that lost a member',
      struct('union { int64_t a; double b; } as;'),
      struct('union { int64_t a; } as;'),
      ['major probe.as.b was removed (it was at offset 0)'],
    ],
    [
      'a union that grew',
      struct('union { int64_t a; } as;'),
      struct('union { int64_t a; char c[16]; } as;'),
      ["major probe.as.c is new and changes the union's size from 8 to 16 bytes"],
    ],
    [
      'a union that became a number',
      struct('union { int64_t a; } as;'),
      struct('int64_t as;'),
      ['major probe.as type changed from union probe.as to int64_t'],
    ],
    [
      'a struct without a size that grew',
      'typedef struct probe { int32_t a; } probe;',
      'typedef struct probe { int32_t a; int32_t b; } probe;',
      ["major probe grew by b at its end (4 to 8 bytes), but doesn't start with a size that would tell"],
    ],
    [
      'a struct that is handed over by value and grew',
      `${struct('')} int probe_take(probe value);`,
      `${struct('int32_t b;')} int probe_take(probe value);`,
      ['major probe grew by b at its end (4 to 8 bytes), but others hold it by value'],
    ],
    [
      'a struct in an array that grew',
      `${struct('')} struct probe_list { uint32_t size; const probe items[2]; };`,
      `${struct('int32_t b;')} struct probe_list { uint32_t size; const probe items[2]; };`,
      ['major probe grew by b at its end (4 to 8 bytes), but others hold it by value'],
    ],
    [
      'a struct behind a pointer that grew',
      `${struct('')} struct probe_list { uint32_t size; const probe *items; };`,
      `${struct('int32_t b;')} struct probe_list { uint32_t size; const probe *items; };`,
      ['minor probe grew by b at its end (4 to 8 bytes)'],
    ],
    [
      'a packed struct',
      struct('uint64_t a;'),
      'typedef struct __attribute__((packed)) probe { uint32_t size; uint64_t a; } probe;',
      ['major probe.a moved from offset 8 to 4'],
    ],
    [
      'an alignment alone',
      struct('uint32_t a;'),
      'typedef struct __attribute__((aligned(8))) probe { uint32_t size; uint32_t a; } probe;',
      ['major probe changed its alignment from 4 to 8 bytes'],
    ],
    [
      'trailing padding alone',
      struct('uint32_t a;'),
      'typedef struct __attribute__((aligned(16))) probe { uint32_t size; uint32_t a; } probe;',
      ['major probe changed its size from 8 to 16 bytes'],
    ],
    [
      'a typedef that changed, told once',
      `typedef uint32_t probe_id; ${struct('probe_id a;')} int probe_get(probe_id id);`,
      `typedef uint64_t probe_id; ${struct('probe_id a;')} int probe_get(probe_id id);`,
      ['major probe_id changed from uint32_t to uint64_t'],
    ],
    [
      'a callback two parameters deep',
      'int probe_each(int (*visit)(void *, int32_t));',
      'int probe_each(int (*visit)(void *, int64_t));',
      ['major probe_each parameter 1: parameter 2: type changed from int32_t to int64_t'],
    ],
    [
      'const that went',
      'int probe_read(const char *text);',
      'int probe_read(char *text);',
      ['major probe_read parameter 1: type changed from const char * to char *'],
    ],
    [
      'an inline function that became a symbol to look up',
      'static inline int probe_now(void) { return 1; }',
      'int probe_now(void);',
      ['major probe_now is an entry point and was an inline function'],
    ],
    [
      'parameter names and order of declarations',
      'int probe_a(int x); int probe_b(int y);',
      'int probe_b(int other); int probe_a(int);',
      [],
    ],
    [
      'a type that was opaque',
      'typedef struct probe probe; int probe_use(probe *);',
      `${struct('')} int probe_use(probe *);`,
      ['minor probe was opaque and is a struct of 4 bytes'],
    ],
    [
      'a struct that became a union',
      'struct probe { int a; };',
      'union probe { int a; };',
      ['major probe was a struct and is now union'],
    ],
    [
      'long and long long, both of 64 bits',
      struct('long a;'),
      struct('long long a;'),
      ['same probe.a is spelled long long int instead of long int, and is laid out the same'],
    ],
    [
      'a system struct held by value',
      '#include <time.h>\nstruct probe { uint32_t size; struct timespec at; };',
      '#include <time.h>\nstruct probe { uint32_t size; struct tm at; };',
      ['major probe.at type changed from struct timespec to struct tm'],
    ],
  ])('%s', async (_, before, after, expected) => {
    expect(lines(await compareProbes(before, after))).toEqual(expected);
  });

  it('a typedef that changed names what it moved', async () => {
    const body = `${struct('probe_id a; uint32_t b;')} int probe_get(probe_id id);`;
    const { differences } = await compareProbes(
      `typedef uint32_t probe_id; ${body}`,
      `typedef uint64_t probe_id; ${body}`,
    );
    expect(differences[0]?.surfaces.sort()).toEqual([
      'probe has 24 bytes instead of 12',
      'probe.a',
      'probe.a moved from offset 4 to 8',
      'probe.b moved from offset 8 to 16',
      'probe_get (parameter 1)',
    ]);
  });

  it('each of two tables in a header answers for itself', async () => {
    const tables = (more: string) =>
      `struct probe_v1 { uint32_t size; ${more} }; struct probe_v2 { uint32_t size; }; enum { PROBE_A };`;
    const { abi, services } = await compareProbes(tables(''), tables('uint32_t more;'));
    expect({ abi, services }).toEqual({ abi: 'same', services: [{ table: 'probe_v1', level: 'minor' }] });
  });
});
