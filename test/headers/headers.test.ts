import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { canSanitize, compile, compilers, nameOf, runSanitized } from './compilers.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-headers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const headers = readdirSync('include/mortise')
  .filter((name) => name.endsWith('.h'))
  .map((name) => `mortise/${name}`);
const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror', '-Iinclude'];
const asC = ['-x', 'c', '-std=c11', '-Wc++-compat', '-Wstrict-prototypes'];
const asCxx = ['-x', 'c++', '-std=c++17'];

describe.each(compilers)('headers', (compiler) => {
  describe.skipIf(!compiler.found)(nameOf(compiler), () => {
    it.each(headers)('%s stands alone, as C11 and as C++17', (header) => {
      const source = join(folder, `${compiler.name}-alone`);
      // Twice: the second must add nothing.
      writeFileSync(source, `#include <${header}>\n#include <${header}>\ntypedef int not_empty;\n`);
      compile(compiler.c, ...asC, ...strict, '-fsyntax-only', source);
      compile(compiler.cxx, ...asCxx, ...strict, '-fsyntax-only', source);
    });

    it('the layout is ABI 1.0', () => {
      compile(compiler.c, ...asC, ...strict, '-fsyntax-only', 'test/headers/layout.c');
    });

    it('a plugin with every macro compiles, as C11 and as C++17', () => {
      const object = join(folder, `${compiler.name}.o`);
      compile(compiler.c, ...asC, ...strict, '-c', 'test/headers/every-macro.c', '-o', object);
      compile(compiler.cxx, ...asCxx, ...strict, '-c', 'test/headers/every-macro.cc', '-o', object);
    });

    it.each(['c-query-firewall/query_firewall.c', 'c-read-splitter/read_splitter.c'])(
      'example-plugins/%s compiles without a warning',
      (source) => {
        compile(compiler.c, '-std=c11', ...strict, '-fsyntax-only', `example-plugins/${source}`);
      },
    );
  });
});

describe.skipIf(!canSanitize())('with sanitizers (needs gcc with libasan and libubsan)', () => {
  it('the functions in the headers', ({ expect }) => {
    expect(runSanitized('test/headers/inline-functions.c')).toMatch(/^\d+ checks$/);
  });

  it('testing.h, with a plugin that uses every service', ({ expect }) => {
    expect(runSanitized('test/headers/testing.c')).toMatch(/^\d+ checks$/);
  });
});
