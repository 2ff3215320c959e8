import { describe, expect, it } from 'vitest';
import { compareEdited, compareProbes, lines } from '../headers.fixture.js';

describe('structs of the project', () => {
  it('a reordered one is major, and each move is a line', async () => {
    const comparison = await compareEdited([
      'route.h',
      /(int32_t target;.*\n)(\s*int32_t read_write;.*\n)/,
      '$2$1',
    ]);
    expect(comparison).toMatchObject({ verdict: 'major', abi: 'major', services: [] });
    expect(lines(comparison)).toEqual([
      'major mortise_route.read_write moved from offset 8 to 4',
      'major mortise_route.target moved from offset 4 to 8',
    ]);
  });

  it('an appended one is minor', async () => {
    const comparison = await compareEdited([
      'route.h',
      /} mortise_route;/,
      'uint64_t reserved_3;\n} mortise_route;',
    ]);
    expect(comparison.verdict).toBe('minor');
    expect(lines(comparison)).toEqual([
      'minor mortise_route grew by reserved_3 at its end (288 to 296 bytes)',
    ]);
  });

  it('an insertion is major, and what comes after is one line', async () => {
    const comparison = await compareEdited([
      'host.h',
      'const mortise_config *config;',
      'void *own;\nconst mortise_config *config;',
    ]);
    expect(comparison.verdict).toBe('major');
    expect(lines(comparison)).toEqual([
      expect.stringMatching(
        /^major mortise_host\.config moved from offset \d+ to \d+, and the \d+ after it by as much$/,
      ),
      expect.stringMatching(/^major mortise_host\.own was inserted at offset \d+$/),
    ]);
  });

  it('one that others hold by value may not grow, and they are named once, with what moved in them', async () => {
    const comparison = await compareEdited(['abi.h', '} mortise_text;', 'uint64_t hash;\n} mortise_text;']);
    expect(comparison.verdict).toBe('major');
    expect(lines(comparison)).toEqual([
      'major mortise_text grew by hash at its end (16 to 24 bytes), but others hold it by value',
    ]);
    expect(comparison.differences[0]?.surfaces).toEqual(
      expect.arrayContaining([
        'mortise_host.version',
        'mortise_host.config moved from offset 56 to 80',
        'mortise_value.as.text',
        'mortise_log_v1.write (parameter 3)',
        'mortise_text_of (result)',
      ]),
    );
  });

  it('a change two levels down is told at its root, and where it comes up', async () => {
    const comparison = await compareEdited(
      ['value.h', 'double number;', 'double number[3];'],
      ['config.h', /value->as\.number/g, 'value->as.number[0]'],
      ['log.h', 'field.value.as.number = number', 'field.value.as.number[0] = number'],
    );
    expect(lines(comparison)).toEqual([
      'major mortise_value.as.number type changed from double to double[3]',
    ]);
    expect(comparison.differences[0]?.surfaces).toEqual([
      'mortise_value.as',
      'mortise_member.value',
      'mortise_field_bool (result)',
      'mortise_field_f64 (result)',
      'mortise_field_i64 (result)',
      'mortise_field_text (result)',
      'mortise_value has 32 bytes instead of 24',
      'mortise_member has 48 bytes instead of 40',
    ]);
  });

  it('an array bound is major', async () => {
    const comparison = await compareEdited(['error.h', 'char message[1024];', 'char message[512];']);
    expect(lines(comparison)).toEqual([
      'major mortise_error.message array bound changed from [1024] to [512]',
    ]);
  });

  it('a renamed member is major: its bytes may mean something else', async () => {
    const comparison = await compareEdited(
      ['route.h', 'uint64_t shard;', 'uint64_t replica;'],
      ['route.h', 'route->shard = shard;', 'route->replica = shard;'],
    );
    expect(lines(comparison)).toEqual([
      'major mortise_route.shard was renamed to replica: the same bytes may now mean something else',
    ]);
  });

  it('a reserved member put to use is minor', async () => {
    const comparison = await compareEdited(['route.h', 'uint32_t reserved;', 'int32_t priority;']);
    expect(lines(comparison)).toEqual([
      'minor mortise_route.priority took the place of reserved at offset 12',
    ]);
  });

  it('a typedef in place of one with equal layout is the same, and said', async () => {
    const comparison = await compareEdited(
      [
        'abi.h',
        'typedef struct mortise_text {',
        'typedef uint64_t mortise_shard;\ntypedef struct mortise_text {',
      ],
      ['route.h', 'uint64_t shard;', 'mortise_shard shard;'],
    );
    expect(lines(comparison)).toEqual([
      'minor mortise_shard is a new typedef of uint64_t',
      'same mortise_route.shard is spelled mortise_shard instead of uint64_t, and is laid out the same',
    ]);
  });

  it('another sign is another type', async () => {
    const comparison = await compareEdited(['route.h', 'int32_t target;', 'uint32_t target;']);
    expect(lines(comparison)).toEqual(['major mortise_route.target type changed from int32_t to uint32_t']);
  });

  it('a removed header, type, function and macro are major', async () => {
    const comparison = await compareEdited(
      ['entry.h', /MORTISE_VISIBLE void module_fini\(const mortise_host \*host\);/, ''],
      ['text.h', /#define MORTISE_TEXT_ARGS.*\n/, ''],
      ['context.h', 'typedef struct mortise_statement mortise_statement;', ''],
      ['context.h', 'const mortise_statement *statement;', 'const void *statement;'],
      ['sql.h', /const mortise_statement \*statement/g, 'const void *statement'],
    );
    expect(lines(comparison)).toEqual([
      'major mortise_statement was removed (opaque)',
      'major module_fini was removed (entry point)',
      'major MORTISE_TEXT_ARGS was removed (macro)',
    ]);
    expect(comparison.differences[0]?.surfaces).toContain('mortise_context.statement');
  });

  it('a new header with new things is minor', async () => {
    const text =
      '#include <mortise/abi.h>\nstruct mortise_new { uint32_t size; };\n#define MORTISE_LIMIT 0x10u\n';
    const comparison = await compareEdited(['new.h', '', text]);
    expect(lines(comparison).sort()).toEqual([
      'minor MORTISE_LIMIT is a new constant (16)',
      'minor mortise_new is a new type (struct)',
      'minor new.h is a new header',
    ]);
  });
});

describe('services', () => {
  it('a table that grows is a minor of that service, not of the ABI', async () => {
    const comparison = await compareEdited([
      'log.h',
      '} mortise_log_v1;',
      'void (*flush)(const mortise_host *host);\n} mortise_log_v1;',
    ]);
    expect(comparison).toMatchObject({
      verdict: 'minor',
      abi: 'same',
      services: [{ table: 'mortise_log_v1', level: 'minor' }],
    });
    expect(lines(comparison)[0]).toMatch(
      /^minor mortise_log_v1 grew by flush at its end \(\d+ to \d+ bytes\)$/,
    );
  });

  it("a function pointer's parameter with another type is major", async () => {
    const comparison = await compareEdited([
      'log.h',
      '(*enabled)(const mortise_host *host, int32_t severity)',
      '(*enabled)(const mortise_host *host, int64_t severity)',
    ]);
    expect(comparison).toMatchObject({
      verdict: 'major',
      services: [{ table: 'mortise_log_v1', level: 'major' }],
    });
    expect(lines(comparison)).toEqual([
      'major mortise_log_v1.enabled parameter 2: type changed from int32_t to int64_t',
    ]);
  });

  it('a removed function is major, and so is a lost parameter', async () => {
    const removed = await compareEdited(
      ['config.h', /void \(\*refuse\)\(.*\);/, ''],
      ['config.h', /->refuse\(/g, '->find, (void)('],
    );
    expect(removed.verdict).toBe('major');
    expect(lines(removed)).toContainEqual(expect.stringMatching(/^major mortise_config\.refuse was removed/));
    const fewer = await compareEdited([
      'host.h',
      /(\(\*get_service\)\(const struct mortise_host \*host, mortise_text name), uint32_t version,\s+/,
      '$1, ',
    ]);
    expect(lines(fewer)).toEqual([
      'major mortise_host.get_service parameters changed from const void * (const struct mortise_host *, mortise_text, uint32_t, mortise_text) to const void * (const struct mortise_host *, mortise_text, mortise_text)',
    ]);
  });
});

describe('values', () => {
  it('a value in the middle that pushes others on is major', async () => {
    const comparison = await compareEdited(
      ['route.h', 'MORTISE_TARGET_ALL = 2,', 'MORTISE_TARGET_ANY = 2,\nMORTISE_TARGET_ALL = 3,'],
      ['route.h', 'MORTISE_TARGET_BLOCKED = 3', 'MORTISE_TARGET_BLOCKED = 4'],
    );
    expect(lines(comparison)).toEqual([
      'major MORTISE_TARGET_ALL changed from 2 to 3',
      'major MORTISE_TARGET_BLOCKED changed from 3 to 4',
      'major MORTISE_TARGET_ANY is new and has the number that MORTISE_TARGET_ALL had (2)',
    ]);
  });

  it('a value at the end is minor', async () => {
    const comparison = await compareEdited([
      'route.h',
      'MORTISE_TARGET_BLOCKED = 3',
      'MORTISE_TARGET_BLOCKED = 3, MORTISE_TARGET_ANY = 4',
    ]);
    expect(lines(comparison)).toEqual([
      expect.stringMatching(/^minor MORTISE_TARGET_ANY is a new value \(4\): a plugin that switches/),
    ]);
  });

  it('a gap filled is major among ordered values, and minor among bits', async () => {
    const between = await compareProbes(
      'enum { PROBE_A = 1, PROBE_C = 3 };',
      'enum { PROBE_A = 1, PROBE_B = 2, PROBE_C = 3 };',
    );
    expect(between.verdict).toBe('major');
    const bits = await compareProbes(
      'enum { PROBE_A = 1, PROBE_C = 4 };',
      'enum { PROBE_A = 1, PROBE_B = 2, PROBE_C = 4 };',
    );
    expect(bits.verdict).toBe('minor');
  });

  it('a renamed value, a number used twice, and a changed constant are major', async () => {
    const comparison = await compareProbes(
      'enum { PROBE_A, PROBE_B };\nenum { PROBE_X = 7 };\n#define PROBE_SIZE 64\n#define PROBE_NAME "a"',
      'enum { PROBE_A, PROBE_Z };\nenum { PROBE_X = 7, PROBE_Y = 7 };\n#define PROBE_SIZE (32 + 33)\n#define PROBE_NAME "b"',
    );
    expect(lines(comparison)).toEqual([
      'major PROBE_NAME changed from "a" to "b"',
      'major PROBE_SIZE changed from 64 to 65',
      'major PROBE_B was renamed to PROBE_Z',
      'major PROBE_Y is new and has the number that PROBE_X had (7)',
    ]);
  });

  it('the same number written another way is the same', async () => {
    const comparison = await compareProbes('#define PROBE_SIZE 64', 'enum { PROBE_SIZE = 1 << 6 };');
    expect(comparison.differences.filter(({ level }) => level === 'major')).toEqual([]);
  });
});
