/** What no good client sends. After each of it the router serves the next client. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import { type Cluster, missing, type Routed, startCluster, startRouter } from './parts.js';
import { bind, execute, int16, int32, parse, query, Raw, startup, sync, typed } from './raw.js';

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe.skipIf(missing.length > 0)(titled('bad input to examples/pg-router', missing), () => {
  let cluster: Cluster;
  let routed: Routed;
  beforeAll(async () => {
    cluster = await startCluster();
    routed = await startRouter(cluster, {
      router: { login_ms: 1_000, max_message_bytes: 1 << 20, max_clients: 20 },
    });
  });
  afterEach(async () => {
    const raw = await Raw.login(routed.port);
    raw.send(query('SELECT 1 /* @1 */'));
    expect(await raw.said()).toBe('T D:1 C:SELECT 1 Z:I');
    raw.end();
  });
  afterAll(async () => {
    await routed?.close();
    await cluster?.stop();
  });

  /** What a connection is answered that begins like this. */
  const beginning = async (...parts: Buffer[]) => {
    const raw = await Raw.open(routed.port);
    raw.send(...parts);
    return raw.ended();
  };
  /** What a session is answered, until it ends. */
  const ending = async (...parts: Buffer[]) => {
    const raw = await Raw.login(routed.port);
    raw.send(...parts);
    return raw.ended();
  };
  const session = async (...parts: Buffer[]) => {
    const raw = await Raw.login(routed.port);
    raw.send(...parts);
    const said = await raw.said();
    raw.send(query('SELECT 2'));
    expect(await raw.said()).toBe('T D:2 C:SELECT 1 Z:I');
    raw.end();
    return said;
  };

  describe('before the login', () => {
    it.each([
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
      ['zeros', Buffer.alloc(64)],
      ['a length of 2 GB', int32(0x7fffffff, 196_608)],
      ['a negative length', int32(-5, 196_608)],
      ['a length without anything else', int32(4)],
      [
        'a first message over PostgreSQL’s limit',
        Buffer.concat([int32(10_001, 196_608), Buffer.alloc(9_993)]),
      ],
      ['a startup without an end', Buffer.concat([int32(12, 196_608), Buffer.from('user')])],
    ])('%s', async (_, bytes) => {
      expect(await beginning(bytes)).toBe('E:08P01');
    });

    it('other versions, replication, and nobody', async () => {
      expect(await beginning(int32(8, 2 << 16))).toBe('E:0A000');
      expect(await beginning(startup({ user: 'postgres', replication: 'true' }))).toBe('E:0A000');
      expect(await beginning(startup({ database: 'postgres' }))).toBe('E:28000');
    });

    it('a user or a database that doesn’t exist, as the server says it', async () => {
      expect(await beginning(startup({ user: 'nobody_here' }))).toBe('R E:28000');
      expect(await beginning(startup({ user: 'postgres', database: 'nothing_here' }))).toBe('R E:3D000');
    });

    it('silence and a slow sender end when the login’s time is over', async () => {
      expect(await beginning(Buffer.alloc(0))).toBe('');
      const raw = await Raw.open(routed.port);
      const whole = startup();
      for (let at = 0; at < whole.length && !raw.isClosed; at++) {
        raw.socket.write(whole.subarray(at, at + 1));
        await pause(100);
      }
      expect(raw.isClosed).toBe(true);
    });

    it('wishes for encryption, again and again', async () => {
      const raw = await Raw.open(routed.port);
      raw.socket.removeAllListeners('data');
      let said = '';
      raw.socket.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1', 0, 1);
      });
      for (const code of [80_877_104, 80_877_103, 80_877_104]) {
        raw.send(int32(8, code));
        await pause(50);
      }
      raw.send(startup());
      await pause(300);
      expect(said.slice(0, 4)).toBe('NNNR');
      raw.end();
    });

    it('statements that come before the login are asked about after it', async () => {
      const raw = await Raw.open(routed.port);
      const smuggled = 'CREATE TABLE smuggled () /* @blocked */';
      raw.send(startup(), query(smuggled), query("SELECT to_regclass('smuggled') /* @0 */"));
      await raw.answers();
      expect(await raw.said(2)).toBe('E:42501 Z:I T D:null C:SELECT 1 Z:I');
      raw.end();
    });

    it('more clients than there may be', async () => {
      const all = [];
      for (let count = 0; count < 20; count++) all.push(await Raw.login(routed.port));
      expect(await beginning(startup())).toBe('E:53300');
      for (const raw of all) raw.end();
      await pause(200);
    });
  });

  describe('in a session', () => {
    it.each([
      ['an unknown type', typed('z')],
      ['a length of 3', Buffer.concat([Buffer.from('Q'), int32(3)])],
      ['a negative length', Buffer.concat([Buffer.from('Q'), int32(-1)])],
      ['a message over the limit', Buffer.concat([Buffer.from('Q'), int32((1 << 20) + 1)])],
      ['a query between Parse and Sync', Buffer.concat([parse('', 'SELECT 1'), query('SELECT 1')])],
    ])('%s ends it', async (_, bytes) => {
      expect(await ending(bytes)).toBe('E:08P01');
    });

    it.each([
      ['a Query without its end', '08P01', typed('Q', Buffer.from('SELECT 1'))],
      ['a Query with nothing', '08P01', typed('Q')],
      ['a NUL within', '08P01', typed('Q', 'SELECT 1\0; DROP TABLE orders')],
      ['invalid UTF-8', '22021', typed('Q', Buffer.from('SELECT \xff\xfe\0', 'latin1'))],
      ['an unfinished character', '22021', typed('Q', Buffer.from("SELECT '\xc3\0", 'latin1'))],
      ['a Parse without types', '08P01', typed('P', '', 'SELECT 1')],
      ['a Parse with too few types', '08P01', typed('P', '', 'SELECT 1', int16(3))],
      ['a Parse without SQL', '08P01', typed('P', 'name')],
      ['invalid UTF-8 to prepare', '22021', typed('P', '', Buffer.from('SELECT \xff\0', 'latin1'), int16(0))],
      ['a Bind with nothing', '08P01', typed('B')],
      ['a Describe of nothing', '08P01', typed('D')],
      ['a Close of something else', '08P01', typed('C', 'Xname')],
    ])('%s is refused', async (_, code, bytes) => {
      expect(await session(bytes, ...(bytes[0] === 0x51 ? [] : [sync]))).toBe(`E:${code} Z:I`);
    });

    const prepared = parse('', 'SELECT $1::int /* @tell @1 */');
    it.each([
      ['more parameters than there are bytes', '08P01', [int16(0), int16(0x7fff)]],
      ['a length beyond the end', '08P01', [int16(0), int16(1), int32(100), Buffer.from('1'), int16(0)]],
      ['a length of 2 GB', '08P01', [int16(0), int16(1), int32(0x7fffffff), Buffer.from('1'), int16(0)]],
      ['a length of -2', '08P01', [int16(0), int16(1), int32(-2), int16(0)]],
      ['a format of 2', '22023', [int16(1, 2), int16(1), int32(1), Buffer.from('1'), int16(0)]],
      [
        'formats for other parameters',
        '08P01',
        [int16(2, 0, 0), int16(1), int32(1), Buffer.from('1'), int16(0)],
      ],
      ['no result formats', '08P01', [int16(0), int16(1), int32(1), Buffer.from('1')]],
      [
        'a binary integer of 3 bytes',
        '08P01',
        [int16(1, 1), int16(1), int32(3), Buffer.from('123'), int16(0)],
      ],
      ['text that is no UTF-8', '22021', [int16(0), int16(1), int32(2), Buffer.from([0xff, 0xfe]), int16(0)]],
    ])('a Bind with %s is refused', async (_, code, rest) => {
      const said = await session(prepared, typed('B', '', '', ...rest), execute, sync);
      expect(['E:CODE Z:I', '1 E:CODE Z:I'].map((text) => text.replace('CODE', code))).toContain(said);
    });

    it('SQL that no parser likes is the server’s to refuse', async () => {
      const deep = `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`;
      for (const wish of ['/* @1 */', '/* @all */']) {
        for (const sql of [`SELEC ${wish}`, `${deep} ${wish}`, `SELECT ${'1+'.repeat(100_000)}1 ${wish}`]) {
          expect(await session(query(sql))).toMatch(/^(E:(42601|54001|0A000)|T D:100001 C:SELECT 1) Z:I$/);
        }
      }
      for (let count = 0; count < 45; count++)
        await session(query(`SELECT ${'1+'.repeat(4_900)}1 /* @all */`));
      expect(await session(query('SELECT 1 /* @all */'))).toBe('T D:1 D:1 C:SELECT 2 Z:I');
    });

    it('nothing, comments and a lot of statements', async () => {
      expect(await session(query(''))).toBe('I Z:I');
      expect(await session(query(' ; '))).toBe('I Z:I');
      expect(await session(query('-- nothing'))).toBe('I Z:I');
      expect(await session(parse('', ''), bind(''), execute, sync)).toBe('1 2 I Z:I');
      expect(await session(query(`${'SELECT 1;'.repeat(1_000)} /* @1 */`))).toBe(
        `${'T D:1 C:SELECT 1 '.repeat(1_000)}Z:I`,
      );
      expect(await session(query(`SELECT '${'x'.repeat(1_000_000)}' = '' /* @1 */`))).toBe(
        'T D:f C:SELECT 1 Z:I',
      );
    });

    it('an encoding that the router can’t read is passed on while it is ASCII', async () => {
      const raw = await Raw.login(routed.port, {
        user: 'postgres',
        database: 'postgres',
        client_encoding: 'LATIN1',
      });
      raw.send(query('SELECT 1 /* @1 */'));
      expect(await raw.said()).toBe('T D:1 C:SELECT 1 Z:I');
      raw.send(typed('Q', Buffer.from("SELECT '\xe9' /* @1 */\0", 'latin1')));
      expect(await raw.said()).toBe('E:0A000 Z:I');
      raw.send(query('SET client_encoding = UTF8'));
      expect(await raw.said()).toBe('C:SET S Z:I');
      raw.send(query("SELECT 'é' /* @1 */"));
      expect(await raw.said()).toBe('T D:é C:SELECT 1 Z:I');
      raw.end();
    });

    it('text is read in the encoding that what stands before it leaves', async () => {
      const e = (text: string) => typed('Q', Buffer.from(`${text}\0`, 'latin1'));
      // UTF-8's é, which is two letters in LATIN1: nobody may take it for one.
      const both = Buffer.from("SELECT length('\xc3\xa9') /* @1 */\0", 'latin1');
      const raw = await Raw.login(routed.port);
      raw.send(query("SELECT set_config('client_encoding', 'LATIN1', false) /* @1 */"), typed('Q', both));
      expect(await raw.said(2)).toBe('T D:LATIN1 C:SELECT 1 S Z:I E:0A000 Z:I');
      raw.send(query('SET client_encoding = UTF8'), typed('Q', both));
      expect(await raw.said(2)).toBe('C:SET Z:I T D:1 C:SELECT 1 Z:I');
      raw.send(query('SELECT 1 /* @1 */'), e("SELECT '\xe9' /* @1 */"));
      expect(await raw.said(2)).toBe('T D:1 C:SELECT 1 Z:I E:22021 Z:I');
      // Within one unit nobody can wait.
      const change = parse('', "SELECT set_config('client_encoding', 'LATIN1', false) /* @1 */");
      const behind = parse('', "SELECT 'é' /* @1 */");
      raw.send(change, bind(''), execute, behind, bind(''), execute, sync);
      expect(await raw.said()).toBe('1 2 D:LATIN1 C:SELECT 1 E:0A000 Z:I');
      raw.send(query('SET client_encoding = UTF8'));
      await raw.said();
      raw.send(behind, bind(''), execute, behind, bind(''), execute, sync);
      expect(await raw.said()).toBe('1 2 D:é C:SELECT 1 1 2 D:é C:SELECT 1 Z:I');
      raw.end();
    });

    it('random bytes, as far as they come', async () => {
      for (let seed = 1; seed <= 60; seed++) {
        const raw = await Raw.login(routed.port);
        raw.send(randomMessages(seed));
        await pause(5);
        raw.end();
      }
    });
  });

  it('a client that vanishes in mid-query ends its statement, and holds nothing', async () => {
    const raw = await Raw.login(routed.port);
    raw.send(query('SELECT pg_sleep(600) /* @1 vanished */'));
    await pause(300);
    raw.end();
    const watcher = await Raw.login(routed.port);
    let said = '';
    for (let tries = 0; tries < 100 && said !== 'T D:0 C:SELECT 1 Z:I'; tries++) {
      watcher.send(
        query(
          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%@1 vanished%' AND pid <> pg_backend_pid() /* @1 */",
        ),
      );
      said = await watcher.said();
      await pause(50);
    }
    expect(said).toBe('T D:0 C:SELECT 1 Z:I');
    watcher.end();
    for (let tries = 0; tries < 100 && routed.router.size > 0; tries++) await pause(20);
    expect(routed.router.size).toBe(0);
  });

  it('a client that doesn’t read makes the server wait, and not the router grow', async () => {
    const socket = connect({ port: routed.port, host: '127.0.0.1' });
    socket.write(Buffer.concat([startup()]));
    await pause(300);
    socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    socket.write(query("SELECT repeat('x', 1000) FROM generate_series(1, 300000) /* @1 */"));
    await pause(1_500);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 << 20);
    socket.destroy();
  });
});

/** Types that exist, lengths that are mostly right, and any bytes. The same for the same seed. */
function randomMessages(seed: number): Buffer {
  let state = seed;
  const next = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % most;
  };
  const types = 'QPBEDCSHdcfFp';
  return Buffer.concat(
    Array.from({ length: 30 }, () => {
      const body = Buffer.from(Array.from({ length: next(40) }, () => (next(3) === 0 ? 0 : next(256))));
      const length = next(12) === 0 ? next(1 << 21) : body.length + 4;
      return Buffer.concat([Buffer.from(types[next(types.length)] as string), int32(length), body]);
    }),
  );
}
