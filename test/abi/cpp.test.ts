/** Headers in C++: each kind of difference, with what a user of the older header meets. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AbiComparison, compareSnapshots } from '../../src/abi/compare/comparison.js';
import { snapshotHeaders } from '../../src/abi/headers.js';
import type { AbiSnapshot } from '../../src/abi/snapshot.js';
import { call } from '../cli/call.js';
import { headers, lines, temporary } from './headers.fixture.js';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await temporary();
});

async function header(text: string, name = 'shop.hpp'): Promise<string> {
  const folder = join(root, String(++made));
  await mkdir(folder);
  const path = join(folder, name);
  await writeFile(path, `#pragma once\n#include <cstdint>\nnamespace shop {\n${text}\n}\n`);
  return path;
}
const snapshot = async (text: string): Promise<AbiSnapshot> => snapshotHeaders(await header(text));
const compare = async (before: string, after: string): Promise<AbiComparison> =>
  compareSnapshots(await snapshot(before), await snapshot(after));

describe('what is read', () => {
  it('namespaces, overloads, operators, constants, classes, bases, virtual functions, instances', async () => {
    const { language, types, functions, variables, constants, enums, typedefs, unread } = await snapshot(
      `
      inline namespace v1 {
        enum class colour : std::uint8_t { red, green };
        enum { low = 1, high = 2 };
        class rule {
         public:
          virtual ~rule();
          virtual int price(int pieces) const = 0;
          static int count;
          static constexpr int most = 4;
          explicit rule(int kind);
          int kind() const { return kind_; }
          int operator()(int) const;
         protected:
          void reset();
         private:
          int secret();
          int kind_ = sizeof(int);
          int &place_;
          int &&other_;
          void (rule::*change_)(int);
          int rule::*field_;
        };
      }
      struct both final : public rule, virtual private v1::colour_holder_base {};
      template <class T, int N> struct list { T first; T rest[N]; };
      using short_list = list<std::int16_t, 3>;
      typedef list<char, 2> char_list;
      using hook = void (*)(const rule &, decltype(nullptr));
      template <class T> T any(T);
      int apply(int, const rule &) noexcept;
      int apply(double);
      bool operator==(const rule &, const rule &);
      inline int twice(int x) { return x * 2; }
      constexpr int limit = sizeof(int) + 1;
      extern int counter, *place;
      [[nodiscard]] auto later(int) -> long;
      namespace { int hidden; }
      extern "C" int shop_open(struct opaque *);
    `
        .replace('struct both', 'struct colour_holder_base { colour c; };\nstruct both')
        .replace('v1::colour_holder', 'colour_holder'),
    );
    expect(language).toBe('c++');
    expect(unread).toBeUndefined();
    expect(Object.keys(functions)).toEqual([
      'shop::apply(double)',
      'shop::apply(int, const shop::v1::rule &)',
      'shop::later(int)',
      'shop::operator==(const shop::v1::rule &, const shop::v1::rule &)',
      'shop::shop_open',
      'shop::twice(int)',
      'shop::v1::rule::kind() const',
      'shop::v1::rule::operator()(int) const',
      'shop::v1::rule::price(int) const',
      'shop::v1::rule::reset()',
      'shop::v1::rule::rule(int)',
      'shop::v1::rule::~rule()',
    ]);
    expect(functions['shop::v1::rule::price(int) const']).toEqual({
      header: 'shop.hpp',
      inline: false,
      symbol: '_ZNK4shop2v14rule5priceEi',
      type: { parameters: ['const shop::v1::rule *', 'int'], result: 'int' },
    });
    expect(functions['shop::shop_open']).toMatchObject({ type: { parameters: ['shop::opaque *'] } });
    expect(Object.keys(variables)).toEqual(['shop::counter', 'shop::place', 'shop::v1::rule::count']);
    expect(constants).toMatchObject({ 'shop::limit': { value: 5 }, 'shop::v1::rule::most': { value: 4 } });
    expect(enums).toMatchObject({
      'shop::v1::colour': {
        size: 1,
        values: [
          ['shop::v1::colour::red', 0],
          ['shop::v1::colour::green', 1],
        ],
      },
      'shop::v1::low': {
        values: [
          ['shop::v1::low', 1],
          ['shop::v1::high', 2],
        ],
      },
    });
    expect(typedefs['shop::hook']?.type).toEqual({
      result: 'void',
      parameters: ['const shop::v1::rule &', 'decltype(nullptr)'],
    });
    expect(types['shop::list<short int, 3>']).toMatchObject({ size: 8 });
    expect(types['shop::list<char, 2>']).toMatchObject({ size: 3 });
    expect(types['shop::v1::rule']).toMatchObject({
      kind: 'class',
      size: 56,
      alignment: 8,
      members: [
        { name: 'kind_', offset: 8, size: 4 },
        { name: 'place_', offset: 16, size: 8, type: 'int &' },
        { name: 'other_', offset: 24, size: 8, type: 'int &&' },
        { name: 'change_', offset: 32, size: 16, type: 'void (shop::v1::rule::*)(int)' },
        { name: 'field_', offset: 48, size: 8, type: 'int shop::v1::rule::*' },
      ],
      virtuals: [
        { slot: null, name: '~' },
        { slot: 2, name: 'price(int) const' },
      ],
    });
    expect(types['shop::both']).toMatchObject({
      virtualBases: ['shop::colour_holder_base'],
      members: [{ name: 'base shop::v1::rule', offset: 0, size: 56 }],
    });
  });

  it('the same each time; comments and what is behind functions make no difference', async () => {
    const text = 'struct a { int b; };\ninline int c(int d = 3) { return d; }';
    const comparison = await compare(
      text,
      `/* a */ struct a {\n  int b; // b\n};\ninline int c(int e) { return e + 1; }`,
    );
    expect(comparison).toMatchObject({ verdict: 'same', differences: [], unread: [] });
  });
});

describe('what changed', () => {
  const rule = (inside: string, before = '') => `${before} class rule { public: ${inside} };`;
  it.each<[string, string, string, string[]]>([
    [
      'an overload more',
      'int f(int);',
      'int f(int); int f(double);',
      ['minor shop::f(double) is a new function'],
    ],
    [
      'a parameter',
      'int f(int);',
      'int f(long);',
      ['major shop::f(int) became shop::f(long int): a library has it under another symbol'],
    ],
    [
      'a result',
      'int f(int);',
      'long f(int);',
      ['major shop::f(int) result: type changed from int to long int'],
    ],
    [
      'a function that goes',
      'int f(int); int f(double);',
      'int f(int);',
      ['major shop::f(double) was removed (function)'],
    ],
    [
      'the language of a symbol',
      'int f();',
      'extern "C" int f();',
      ['major shop::f() was removed (function)', 'minor shop::f is a new function: int shop::f(void)'],
    ],
    [
      'a parameter that is spelled otherwise',
      'using id = int; int f(id);',
      'using id = int; int f(int);',
      ['same shop::f(shop::id) is spelled shop::f(int), and is the same function'],
    ],
    [
      'a symbol alone',
      'int f(int);',
      '[[gnu::abi_tag("new")]] int f(int);',
      ['major shop::f(int) has the symbol _ZN4shop1fB3newEi instead of _ZN4shop1fEi'],
    ],
    [
      'a namespace',
      'inline namespace v1 { int f(int); }',
      'inline namespace v2 { int f(int); }',
      ['major shop::v1::f(int) was removed (function)', 'minor shop::v2::f(int) is a new function'],
    ],
    [
      'a method that is const',
      rule('int f();'),
      rule('int f() const;'),
      ['major shop::rule::f() became shop::rule::f() const: a library has it under another symbol'],
    ],
    [
      'a method that is static',
      rule('int f(int);'),
      rule('static int f(int);'),
      ['major shop::rule::f(int) parameters changed from int (shop::rule *, int) to int (int)'],
    ],
    ['a method that others can’t name', rule('int f(int);'), rule('int f(int); private: int g();'), []],
    [
      'a member behind the end',
      rule('int a;'),
      rule('int a; int b;'),
      ["major shop::rule grew by b at its end (4 to 8 bytes), but doesn't start with a size that would tell"],
    ],
    [
      'a reference in place of a pointer',
      rule('int *a;'),
      rule('int &a;'),
      ['major shop::rule.a type changed from int * to int &'],
    ],
    [
      'what a reference binds',
      rule('int &a;'),
      rule('int &&a;'),
      ['major shop::rule.a type changed from int & to int &&'],
    ],
    [
      'a pointer to a member',
      rule('int rule::*a;'),
      rule('long rule::*a;'),
      ['major shop::rule.a type changed from int shop::rule::* to long int shop::rule::*'],
    ],
    [
      'a class that was a struct',
      'struct rule { int a; };',
      rule('int a;'),
      ['same shop::rule is a class instead of a struct, and is laid out the same'],
    ],
    [
      'a base that comes',
      'struct base { int b; }; struct rule { int a; };',
      'struct base { int b; }; struct rule : base { int a; };',
      [
        'major shop::rule.a moved from offset 0 to 4',
        'major shop::rule.base shop::base was inserted at offset 0',
      ],
    ],
    [
      'a base that goes',
      'struct base { int b; }; struct rule : base { int a; };',
      'struct base { int b; }; struct rule { int a; };',
      [
        'major shop::rule.base shop::base was removed (it was at offset 0)',
        'major shop::rule.a moved from offset 4 to 0',
      ],
    ],
    [
      'a base that becomes virtual',
      'struct base { int b; }; struct rule : base {};',
      'struct base { int b; }; struct rule : virtual base {};',
      [
        'major shop::rule.base shop::base was removed (it was at offset 0)',
        'major shop::rule changed its virtual bases from none to shop::base',
      ],
    ],
    [
      'a virtual function at the end',
      rule('virtual int f();'),
      rule('virtual int f(); virtual int g();'),
      [
        "major shop::rule::g() is a new virtual function in slot 1, which classes that older plugins derive don't have",
        'minor shop::rule::g() is a new function',
      ],
    ],
    [
      'virtual functions that change places',
      rule('virtual int f(); virtual int g();'),
      rule('virtual int g(); virtual int f();'),
      [
        'major shop::rule::f() moved from slot 0 of the virtual functions to 1',
        'major shop::rule::g() moved from slot 1 of the virtual functions to 0',
      ],
    ],
    [
      'a function that overrides',
      'struct base { virtual int f(); }; struct rule : base { int a; };',
      'struct base { virtual int f(); }; struct rule : base { int a; int f() override; };',
      ['minor shop::rule::f() is a new function'],
    ],
    [
      'a destructor that is virtual',
      rule('virtual int f(); ~rule();'),
      rule('virtual int f(); virtual ~rule();'),
      ['major shop::rule has a virtual destructor now'],
    ],
    [
      'the first virtual function',
      rule('int a;'),
      rule('int a; virtual int f();'),
      [
        'major shop::rule.a moved from offset 0 to 8',
        'major shop::rule has virtual functions now, and a pointer to them in each object',
        'minor shop::rule::f() is a new function',
      ],
    ],
    [
      'the last virtual function',
      rule('virtual int f();'),
      rule('int f();'),
      [
        'major shop::rule changed its size from 8 to 1 bytes',
        'major shop::rule has no virtual functions any more',
      ],
    ],
    [
      'a value of an enum class',
      'enum class e { a, b };',
      'enum class e { b, a };',
      ['major shop::e::a changed from 0 to 1', 'major shop::e::b changed from 1 to 0'],
    ],
    [
      'an enum’s size',
      'enum class e : unsigned char { a };',
      'enum class e : int { a };',
      ['major shop::e enum changed its size from 1 to 4 bytes'],
    ],
    [
      'a constant',
      'constexpr int most = 4; constexpr int least = 1;',
      'constexpr int most = 5;',
      ['major shop::least was removed (it was 1)', 'major shop::most changed from 4 to 5'],
    ],
    [
      'a variable',
      'extern int count;',
      'extern long count;',
      ['major shop::count type changed from int to long int'],
    ],
    [
      'a template’s instance that has a name',
      'template <class T> struct list { T a; T b; }; using ints = list<int>;',
      'template <class T> struct list { T a; }; using ints = list<int>;',
      ['major shop::list<int>.b was removed (it was at offset 4)'],
    ],
    [
      'what an alias stands for',
      'using id = int;',
      'using id = long;',
      ['major shop::id changed from int to long int'],
    ],
    [
      'a union in a class',
      'struct rule { union { int a; float b; } as; };',
      'struct rule { union { int a; double b; } as; };',
      ['major shop::rule.as.b type changed from float to double'],
    ],
  ])('%s', async (_, before, after, expected) => {
    const comparison = await compare(before, after);
    expect(lines(comparison)).toEqual(expected);
    expect(comparison.unread).toEqual([]);
  });

  it('what holds a class that changed is told with it', async () => {
    const comparison = await compare(
      'struct base { int b; }; struct rule : base { int a; }; struct box { rule r[2]; }; void f(rule);',
      'struct base { int b; int c; }; struct rule : base { int a; }; struct box { rule r[2]; }; void f(rule);',
    );
    expect(lines(comparison)).toEqual([
      'major shop::base grew by c at its end (4 to 8 bytes), but others hold it by value',
    ]);
    expect(comparison.differences[0]?.surfaces).toEqual([
      'shop::rule.base shop::base',
      'shop::box.r',
      'shop::f(shop::rule) (parameter 1)',
      'shop::rule.a moved from offset 4 to 8',
      'shop::rule has 12 bytes instead of 8',
      'shop::box has 24 bytes instead of 16',
    ]);
  });
});

describe('mortise abi-diff in C++', () => {
  const env = { PATH: process.env.PATH };
  it('by the name of the header, or --language c++', async () => {
    const old = await header('int f(int);');
    const now = await header('int f(int); int g();');
    const called = await call(['abi-diff', old, now], { env });
    expect(called).toMatchObject({ code: 0, stderr: '' });
    expect(called.stdout).toMatch(/^ {2}minor {2}shop::g\(\) is a new function\nminor: /);
    const plain = await header('int f(int);', 'shop.h');
    const refused = await call(['abi-diff', plain, plain], { env });
    expect(refused.stderr).toMatch(/MORTISE_ERR_ABI_HEADERS: cc refuses.*\n.*shop\.h.*\n/);
    expect(await call(['abi-diff', plain, plain, '--language', 'c++'], { env })).toMatchObject({ code: 0 });
    expect(await call(['abi-diff', headers, headers, '--language', 'c++'], { env })).toMatchObject({
      code: 0,
    });
    const bare = await header('int f(int);', 'shop');
    expect(await call(['abi-diff', bare, bare], { env })).toMatchObject({ code: 2 });
    expect(await call(['abi-diff', bare, plain, '--language', 'c++'], { env })).toMatchObject({ code: 0 });
  });

  it('refuses C beside C++, no compiler for it, and what that refuses', async () => {
    const cpp = await header('int f(int);');
    const mixed = await call(['abi-diff', headers, cpp], { env });
    expect(mixed).toMatchObject({ code: 2, stderr: expect.stringContaining('MORTISE_ERR_ABI_KIND') });
    const none = await call(['abi-diff', cpp, cpp], { env: { PATH: root } });
    expect(none.stderr).toMatch(
      /MORTISE_ERR_TOOL_MISSING: reading headers needs a compiler for C\+\+.*\n.*c\+\+, g\+\+, clang\+\+/,
    );
    const broken = await call(['abi-diff', cpp, await header('int f(;')], { env });
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(
      /MORTISE_ERR_ABI_HEADERS: c\+\+ refuses.*\n {2}found {5}headers\/shop\.hpp:4:\d+: error: /,
    );
  });
});
