import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile, readBinary } from '../../src/binary/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-binary-'));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  writeFileSync(at('empty.so'), '');
  writeFileSync(at('text.so'), 'INPUT(libncurses.so.6 -ltinfo)\n');
  writeFileSync(at('bytes.so'), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]));
  symlinkSync(at('nowhere'), at('dangling.so'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function codeOf(path: string): unknown {
  try {
    openFile(path).close();
    return 'opened';
  } catch (error) {
    expect(error).toMatchObject({ subject: path, remedy: expect.any(String) });
    return (error as { code?: unknown }).code;
  }
}

describe('openFile', () => {
  it.each([
    ['missing.so', 'MORTISE_ERR_FILE_MISSING'],
    ['dangling.so', 'MORTISE_ERR_FILE_MISSING'],
    ['text.so/inside.so', 'MORTISE_ERR_FILE_MISSING'],
    ['zero\0.so', 'MORTISE_ERR_FILE_MISSING'],
    [`${'long'.repeat(100)}.so`, 'MORTISE_ERR_FILE_MISSING'],
    ['.', 'MORTISE_ERR_FILE_NOT_REGULAR'],
    ['empty.so', 'MORTISE_ERR_FILE_EMPTY'],
    ['bytes.so', 'opened'],
  ])('%s: %s', (name, code) => {
    expect(codeOf(at(name))).toBe(code);
  });

  it.skipIf(process.platform === 'win32')('does not wait for the writer of a FIFO', () => {
    execFileSync('mkfifo', [at('fifo.so')]);
    expect(codeOf(at('fifo.so'))).toBe('MORTISE_ERR_FILE_NOT_REGULAR');
  });

  it.skipIf(process.platform === 'win32')('refuses sockets and devices', async () => {
    const server = createServer().listen(at('socket.so'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(codeOf(at('socket.so'))).toBe('MORTISE_ERR_FILE_NOT_REGULAR');
    server.close();
    expect(codeOf('/dev/null')).toBe('MORTISE_ERR_FILE_NOT_REGULAR');
  });

  it.skipIf(process.getuid?.() === 0)('says when the file may not be read', () => {
    writeFileSync(at('secret.so'), 'secret');
    chmodSync(at('secret.so'), 0);
    expect(codeOf(at('secret.so'))).toBe('MORTISE_ERR_FILE_UNREADABLE');
  });

  it('reads at offsets, and nothing that is not there', () => {
    const file = openFile(at('bytes.so'));
    expect(file.size).toBe(8);
    expect([...file.read(2, 3)]).toEqual([3, 4, 5]);
    expect([...file.read(8, 0)]).toEqual([]);
    for (const [offset, length] of [
      [7, 2],
      [-1, 1],
      [0, 9],
      [9, 0],
      [Number.NaN, 1],
      [0, 0.5],
    ] as const) {
      expect(() => file.read(offset, length)).toThrow(
        expect.objectContaining({ code: 'MORTISE_ERR_BINARY_TRUNCATED', subject: at('bytes.so') }),
      );
    }
    file.close();
    file.close();
  });

  it('notices a file that shrinks while it is open', () => {
    writeFileSync(at('shrinks.so'), Buffer.alloc(100));
    const file = openFile(at('shrinks.so'));
    truncateSync(at('shrinks.so'), 10);
    expect(() => file.read(0, 100)).toThrow(
      expect.objectContaining({ code: 'MORTISE_ERR_BINARY_TRUNCATED' }),
    );
    file.close();
  });

  it('refuses a read larger than any table', () => {
    writeFileSync(at('large.so'), 'x');
    truncateSync(at('large.so'), 100 * 1024 * 1024);
    const file = openFile(at('large.so'));
    expect(() => file.read(0, 65 * 1024 * 1024)).toThrow(
      expect.objectContaining({ code: 'MORTISE_ERR_BINARY_LIMIT' }),
    );
    file.close();
  });

  it('says what is there instead of a library', () => {
    const file = openFile(at('text.so'));
    expect(() => readBinary(file)).toThrow(
      expect.objectContaining({
        code: 'MORTISE_ERR_BINARY_FORMAT',
        found: 'a linker script',
        subject: file.path,
      }),
    );
    file.close();
  });
});
