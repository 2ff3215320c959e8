/** What a session carries from statement to statement, and from server to server. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { titled } from '../../rust/cargo.js';
import { type Cluster, missing, type Routed, startCluster, startRouter } from './parts.js';
import {
  describe as ask,
  bind,
  close,
  execute,
  flush,
  int16,
  int32,
  parse,
  query,
  Raw,
  shortly,
  sync,
  typed,
} from './raw.js';

const number = 'SELECT number FROM shard';

describe.skipIf(missing.length > 0)(titled('a session of examples/pg-router', missing), () => {
  let cluster: Cluster;
  let routed: Routed;
  let raw: Raw;
  beforeAll(async () => {
    cluster = await startCluster();
    routed = await startRouter(cluster);
  });
  beforeEach(async () => {
    raw = await Raw.login(routed.port);
  });
  afterEach(() => raw.end());
  afterAll(async () => {
    await routed?.close();
    await cluster?.stop();
  });
  /** What one or more messages with one ReadyForQuery are answered with. */
  const say = async (...parts: Buffer[]) => {
    raw.send(...parts);
    return raw.said();
  };

  describe('transactions', () => {
    it('stay on the server of their first statement', async () => {
      expect(await say(query('BEGIN'))).toBe('C:BEGIN Z:T');
      expect(await say(query(`${number} /* @1 */`))).toBe('T D:1 C:SELECT 1 Z:T');
      expect(await say(query('UPDATE orders SET item = item WHERE tenant_id = 1 /* nobody decides */'))).toBe(
        'C:UPDATE 3 Z:T',
      );
      expect(await say(query('SELECT pg_is_in_recovery() /* @1 @read */'))).toBe('T D:f C:SELECT 1 Z:T');
      expect(await say(query('SELECT 5 /* @all */'))).toBe('T D:5 C:SELECT 1 Z:T');
      expect(await say(query('COMMIT'))).toBe('C:COMMIT Z:I');
      expect(await say(query(`${number} /* @0 */`))).toBe('T D:0 C:SELECT 1 Z:I');
    });

    it('fail by a statement for another shard, as by any error', async () => {
      await say(query('BEGIN'));
      await say(query('CREATE TABLE never (n int) /* @1 */'));
      expect(await say(query(`${number} /* @0 */`))).toBe('E:0A000 Z:E');
      expect(await say(query(`${number} /* @1 */`))).toBe('E:25P02 Z:E');
      expect(await say(query('COMMIT'))).toBe('C:ROLLBACK Z:I');
      expect(await say(query("SELECT to_regclass('never') IS NULL /* @1 */"))).toBe('T D:t C:SELECT 1 Z:I');
    });

    it('go on behind a savepoint after a blocked statement', async () => {
      await say(query('BEGIN'));
      await say(query(`${number} /* @1 */`));
      expect(await say(query('SAVEPOINT a'))).toBe('C:SAVEPOINT Z:T');
      expect(await say(query('SELECT 1 /* @blocked */'))).toBe('E:42501 Z:E');
      expect(await say(query('ROLLBACK TO a'))).toBe('C:ROLLBACK Z:T');
      expect(await say(query(`${number} /* @1 */`))).toBe('T D:1 C:SELECT 1 Z:T');
      expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
    });

    it('begin, are set up and end without a server when nothing is routed in them', async () => {
      expect(await say(query('START TRANSACTION ISOLATION LEVEL SERIALIZABLE'))).toBe(
        'C:START TRANSACTION Z:T',
      );
      expect(await say(query("SET LOCAL work_mem = '7MB'"))).toBe('C:SET Z:T');
      expect(await say(query('SAVEPOINT b'))).toBe('C:SAVEPOINT Z:T');
      expect(
        await say(
          query("SELECT current_setting('transaction_isolation'), current_setting('work_mem') /* @1 */"),
        ),
      ).toBe('T D:serializable,7MB C:SELECT 1 Z:T');
      expect(await say(query('ROLLBACK TO b'))).toBe('C:ROLLBACK Z:T');
      expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
      expect(await say(query('BEGIN'))).toBe('C:BEGIN Z:T');
      expect(await say(query('SELECT 1 /* @blocked */'))).toBe('E:42501 Z:E');
      expect(await say(query(`${number} /* @1 */`))).toBe('E:25P02 Z:E');
      expect(await say(query('COMMIT'))).toBe('C:ROLLBACK Z:I');
    });

    it('read from a replica only when they are read only', async () => {
      await say(query('BEGIN READ ONLY'));
      expect(await say(query('SELECT pg_is_in_recovery() /* @1 @read */'))).toBe('T D:t C:SELECT 1 Z:T');
      await say(query('COMMIT'));
      await say(query('BEGIN'));
      expect(await say(query('SELECT pg_is_in_recovery() /* @1 @read */'))).toBe('T D:f C:SELECT 1 Z:T');
      await say(query('COMMIT'));
    });

    it('work in the extended protocol, in one unit too', async () => {
      const begin = [parse('', 'BEGIN'), bind(''), execute];
      expect(await say(...begin, sync)).toBe('1 2 C:BEGIN Z:T');
      expect(await say(parse('', `${number} /* @1 */`), bind(''), execute, sync)).toBe(
        '1 2 D:1 C:SELECT 1 Z:T',
      );
      expect(await say(parse('', 'COMMIT'), bind(''), execute, sync)).toBe('1 2 C:COMMIT Z:I');
      expect(await say(...begin, parse('', `${number} /* @1 */`), bind(''), execute, sync)).toBe(
        '1 2 C:BEGIN 1 2 D:1 C:SELECT 1 Z:T',
      );
      expect(await say(parse('', 'SELECT 1 /* @0 */'), bind(''), execute, sync)).toBe('E:0A000 Z:E');
      expect(await say(sync)).toBe('Z:E');
      expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
    });

    it('hold what is described before it is bound', async () => {
      const item = 'SELECT item FROM orders WHERE tenant_id = 0 AND id = 1 /* @0 */';
      for (const name of ['', 'update']) {
        await say(query('BEGIN'));
        raw.send(parse(name, "UPDATE orders SET item = 'lost' WHERE tenant_id = 0 AND id = 1 /* @0 */"));
        raw.send(ask(name), flush);
        for (const type of ['1', 't', 'n']) expect(shortly((await raw.next()) as Buffer)).toBe(type);
        expect(await say(bind(name), execute, sync)).toBe('2 C:UPDATE 1 Z:T');
        expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
        expect(await say(query(item))).toBe('T D:item 1 C:SELECT 1 Z:I');
      }
    });

    it('don’t begin for a Parse', async () => {
      await say(query('BEGIN'));
      expect(await say(parse('later', `${number} /* @1 */`), ask('later'), sync)).toBe('1 t T Z:T');
      expect(await say(bind('later'), execute, sync)).toBe('2 D:1 C:SELECT 1 Z:T');
      expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
      expect(await say(close('later'), sync)).toBe('3 Z:I');
    });

    it('of several statements in one text are the server’s', async () => {
      expect(await say(query(`BEGIN; ${number}; /* @1 */`))).toBe('C:BEGIN T D:1 C:SELECT 1 Z:T');
      expect(await say(query(`${number} /* @1 */`))).toBe('T D:1 C:SELECT 1 Z:T');
      expect(await say(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
    });
  });

  describe('prepared statements', () => {
    const sql = `SELECT number, $1::text FROM shard /* @param */`;

    it('are prepared on each server that they come to', async () => {
      expect(await say(parse('a', sql), sync)).toBe('1 Z:I');
      for (const shard of [1, 0, 1, 0]) {
        expect(await say(bind('a', `${shard}`), execute, sync)).toBe(`2 D:${shard},${shard} C:SELECT 1 Z:I`);
      }
      expect(await say(parse('a', 'SELECT 2'), sync)).toBe('E:42P05 Z:I');
      expect(await say(bind('a', '1'), execute, sync)).toBe('2 D:1,1 C:SELECT 1 Z:I');
    });

    it('are of the types that the client declared', async () => {
      const typed = (oid: number) =>
        parse('', 'SELECT number FROM shard WHERE $1 IS NOT NULL /* @param */', oid);
      // int4, text, bool: of the last 1 is no number, and what nobody decides goes to the first shard.
      expect(await say(typed(23), bind('', '1'), execute, sync)).toBe('1 2 D:1 C:SELECT 1 Z:I');
      expect(await say(typed(16), bind('', '1'), execute, sync)).toBe('1 2 D:0 C:SELECT 1 Z:I');
      expect(await say(typed(25), bind('', '1'), execute, sync)).toBe('1 2 D:1 C:SELECT 1 Z:I');
      expect(await say(typed(16), bind('', '1'), execute, sync)).toBe('1 2 D:0 C:SELECT 1 Z:I');
    });

    it('that were closed are gone everywhere, and the name is free', async () => {
      expect(await say(close('a'), sync)).toBe('3 Z:I');
      expect(await say(bind('a', '1'), execute, sync)).toBe('E:26000 Z:I');
      expect(await say(parse('a', 'SELECT 3 + $1::int /* @param */'), bind('a', '1'), execute, sync)).toBe(
        '1 2 D:4 C:SELECT 1 Z:I',
      );
      expect(await say(bind('a', '0'), execute, sync)).toBe('2 D:3 C:SELECT 1 Z:I');
      expect(
        await say(close('a'), parse('a', 'SELECT 5 + $1::int /* @param */'), bind('a', '0'), execute, sync),
      ).toBe('3 1 2 D:5 C:SELECT 1 Z:I');
      expect(await say(bind('a', '1'), execute, sync)).toBe('2 D:6 C:SELECT 1 Z:I');
      const left = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%3 + $1%'";
      for (const shard of [0, 1])
        expect(await say(query(`${left} /* @${shard} */`))).toBe('T D:0 C:SELECT 1 Z:I');
    });

    it('that failed are not prepared', async () => {
      expect(await say(parse('bad', 'SELEC'), sync)).toBe('E:42601 Z:I');
      expect(await say(bind('bad'), execute, sync)).toBe('E:26000 Z:I');
      expect(await say(parse('bad', 'SELECT 8'), bind('bad'), execute, sync)).toBe('1 2 D:8 C:SELECT 1 Z:I');
    });

    it('without a name are the last one', async () => {
      expect(await say(parse('', sql), sync)).toBe('1 Z:I');
      expect(await say(bind('', '1'), execute, sync)).toBe('2 D:1,1 C:SELECT 1 Z:I');
      expect(await say(bind('', '0'), execute, sync)).toBe('2 D:0,0 C:SELECT 1 Z:I');
      expect(await say(parse('', 'SELECT 9 /* @1 */'), bind(''), execute, sync)).toBe(
        '1 2 D:9 C:SELECT 1 Z:I',
      );
    });

    it('may be described first, and bound for another server', async () => {
      raw.send(parse('', sql), ask(''), flush);
      const types = [];
      for (let count = 0; count < 3; count++)
        types.push(String.fromCharCode((await raw.next())?.[0] as number));
      expect(types).toEqual(['1', 't', 'T']);
      expect(await say(bind('', '1'), execute, sync)).toBe('2 D:1,1 C:SELECT 1 Z:I');
    });

    it('go to every shard', async () => {
      expect(await say(parse('every', `${number} /* @all */`), sync)).toBe('1 Z:I');
      for (let turn = 0; turn < 3; turn++) {
        expect(await say(bind('every'), typed('D', Buffer.from('P\0')), execute, sync)).toBe(
          '2 T D:0 D:1 C:SELECT 2 Z:I',
        );
      }
      expect(await say(bind('every'), typed('E', '', int32(1)), sync)).toBe('2 E:0A000 Z:I');
    });
  });

  describe('pipelining', () => {
    it('answers in order, wherever the answers come from', async () => {
      const shards = Array.from({ length: 60 }, (_, index) => (index * 7) % 5);
      const wish = (n: number) =>
        ['/* @0 */', '/* @1 */', '/* @0 @read */', '/* @all */', '/* @blocked */'][n];
      const answer = (n: number) =>
        [
          'T D:0 C:SELECT 1 Z:I',
          'T D:1 C:SELECT 1 Z:I',
          'T D:0 C:SELECT 1 Z:I',
          'T D:0 D:1 C:SELECT 2 Z:I',
          'E:42501 Z:I',
        ][n];
      raw.send(...shards.map((n) => query(`${number} ${wish(n)}`)));
      expect(await raw.said(60)).toBe(shards.map(answer).join(' '));
      raw.send(...shards.flatMap((n) => [parse('', `${number} ${wish(n)}`), bind(''), execute, sync]));
      const extended = (n: number) => (n === 4 ? answer(n) : answer(n)?.replace('T', '1 2'));
      expect(await raw.said(60)).toBe(shards.map(extended).join(' '));
    });

    it('in one unit stays on one server', async () => {
      const one = (sql: string) => [parse('', sql), bind(''), execute];
      expect(await say(...one('SELECT 1 /* @1 */'), ...one('SELECT 2 /* @1 */'), sync)).toBe(
        '1 2 D:1 C:SELECT 1 1 2 D:2 C:SELECT 1 Z:I',
      );
      expect(
        await say(
          ...one('SELECT 1 /* @1 */'),
          ...one('SELECT 2 /* @0 */'),
          ...one('SELECT 3 /* @1 */'),
          sync,
        ),
      ).toBe('1 2 D:1 C:SELECT 1 1 E:0A000 Z:I');
      expect(await say(...one('SELECT 1 / 0 /* @1 */'), ...one('SELECT 2 /* @0 */'), sync)).toBe(
        '1 E:22012 Z:I',
      );
      expect(await say(query(`${number} /* @1 */`))).toBe('T D:1 C:SELECT 1 Z:I');
    });

    it('goes on behind what is refused, also when what comes next is only described at first', async () => {
      const one = (sql: string) => [parse('', sql), bind(''), execute, sync];
      const described = (name: string, wish: string) => [parse(name, `${number} ${wish}`), ask(name), flush];
      const types = async (count: number) => {
        const all = [];
        while (all.length < count) all.push(shortly((await raw.next()) as Buffer));
        return all.join(' ');
      };
      for (const [turn, wish] of ['/* @1 */', '/* @1 @read */', '/* @all */', '/* @blocked */'].entries()) {
        const name = `later${turn}`;
        raw.send(...one('SELECT 1 /* @blocked */'), ...described(name, wish));
        expect(await types(5)).toBe('E:42501 Z:I 1 t T');
        raw.send(bind(name), execute, sync);
        const rows = [
          '2 D:1 C:SELECT 1 Z:I',
          '2 D:1 C:SELECT 1 Z:I',
          '2 D:0 D:1 C:SELECT 2 Z:I',
          'E:42501 Z:I',
        ];
        expect(await raw.said()).toBe(rows[turn]);
        raw.send(...one(`${number} /* @0 */`), ...one('SELECT 1 /* @blocked */'), bind(name), execute, sync);
        raw.send(...described(`${name}again`, wish));
        expect(await raw.said(3)).toBe(`1 2 D:0 C:SELECT 1 Z:I E:42501 Z:I ${rows[turn]}`);
        expect(await types(3)).toBe('1 t T');
        raw.send(sync);
        expect(await raw.said()).toBe('Z:I');
      }
    });

    it('knows what is prepared behind a unit that fails', async () => {
      const bound = [bind('known'), execute];
      expect(await say(parse('known', 'SELECT 7'), ...bound, sync)).toBe('1 2 D:7 C:SELECT 1 Z:I');
      raw.send(
        query('BEGIN'),
        query('SELECT 1 / 0 /* @1 */'),
        ...bound,
        sync,
        ...bound,
        sync,
        query('ROLLBACK'),
      );
      expect(await raw.said(5)).toBe('C:BEGIN Z:T E:22012 Z:E E:25P02 Z:E E:25P02 Z:E C:ROLLBACK Z:I');
      raw.send(query('BEGIN'), query('SELECT 1 /* @1 */'));
      raw.send(
        parse('', 'SELECT 1 / 0'),
        bind(''),
        execute,
        ...bound,
        sync,
        query('ROLLBACK'),
        query('BEGIN'),
      );
      raw.send(query('SELECT 1 /* @1 */'), ...bound, sync, ...bound, sync, query('COMMIT'));
      expect(await raw.said(9)).toBe(
        `C:BEGIN Z:T T D:1 C:SELECT 1 Z:T 1 E:22012 Z:E C:ROLLBACK Z:I C:BEGIN Z:T T D:1 C:SELECT 1 Z:T ` +
          '2 D:7 C:SELECT 1 Z:T 2 D:7 C:SELECT 1 Z:T C:COMMIT Z:I',
      );
    });

    it('knows what a server still has behind a unit that fails', async () => {
      const bound = [bind('kept'), execute];
      expect(await say(parse('kept', 'SELECT 7'), ...bound, sync)).toBe('1 2 D:7 C:SELECT 1 Z:I');
      raw.send(query('BEGIN'), query('SELECT 1 /* @1 */'), ...bound, sync);
      raw.send(parse('', 'SELECT 1 / 0'), bind(''), execute, ...bound, sync, query('ROLLBACK'));
      expect(await raw.said(5)).toBe(
        'C:BEGIN Z:T T D:1 C:SELECT 1 Z:T 2 D:7 C:SELECT 1 Z:T 1 E:22012 Z:E C:ROLLBACK Z:I',
      );
      raw.send(query('BEGIN'), query('SELECT 1 /* @1 */'), ...bound, sync, query('COMMIT'));
      expect(await raw.said(4)).toBe('C:BEGIN Z:T T D:1 C:SELECT 1 Z:T 2 D:7 C:SELECT 1 Z:T C:COMMIT Z:I');
    });

    it('comes in any pieces', async () => {
      const whole = Buffer.concat([
        query(`${number} /* @1 */`),
        parse('', `${number} /* @param */`.replace('SELECT', 'SELECT $1::int,')),
        bind('', '1'),
        execute,
        sync,
      ]);
      for (let at = 0; at < whole.length; at++) {
        raw.socket.write(whole.subarray(at, at + 1));
        if (at % 8 === 0) await new Promise((done) => setImmediate(done));
      }
      expect(await raw.said(2)).toBe('T D:1 C:SELECT 1 Z:I 1 2 D:1,1 C:SELECT 1 Z:I');
    });
  });

  describe('settings', () => {
    it('hold on every server, also on those that the session comes to later', async () => {
      const own = await Raw.login(routed.port);
      const work = async (sql: string) => {
        own.send(query(sql));
        return own.said();
      };
      expect(await work("SET work_mem = '5MB'")).toBe('C:SET Z:I');
      expect(await work("SET search_path = 'pg_catalog'")).toBe('C:SET Z:I');
      const shown = "SELECT current_setting('work_mem'), current_setting('search_path')";
      for (const wish of ['@1', '@0', '@1 @read', '@0 @read']) {
        expect(await work(`${shown} /* ${wish} */`)).toBe('T D:5MB,pg_catalog C:SELECT 1 Z:I');
      }
      expect(await work('SET work_mem = nonsense')).toBe('E:22023 Z:I');
      expect(await work('RESET ALL')).toBe('C:RESET Z:I');
      expect(await work(`${shown} /* @1 */`)).toBe('T D:4MB,"$user", public C:SELECT 1 Z:I');
      own.send(parse('', "SET work_mem = '6MB'"), bind(''), execute, sync);
      expect(await own.said()).toBe('1 2 C:SET Z:I');
      expect(await work(`${shown} /* @1 */`)).toBe('T D:6MB,"$user", public C:SELECT 1 Z:I');
      own.send(parse('kept', 'SELECT 1 /* @1 */'), bind('kept'), execute, sync);
      await own.said();
      expect(await work('DISCARD ALL')).toBe('C:DISCARD ALL Z:I');
      expect(await work(`${shown} /* @1 */`)).toBe('T D:4MB,"$user", public C:SELECT 1 Z:I');
      own.send(bind('kept'), execute, sync);
      expect(await own.said()).toBe('E:26000 Z:I');
      own.end();
    });
  });

  it('DISCARD ALL in a transaction fails, and what was prepared stays', async () => {
    const own = await Raw.login(routed.port);
    const work = async (...messages: Buffer[]) => {
      own.send(...messages);
      return own.said();
    };
    expect(await work(parse('kept', 'SELECT 1 /* @1 */'), bind('kept'), execute, sync)).toBe(
      '1 2 D:1 C:SELECT 1 Z:I',
    );
    for (const first of [[], [query('SELECT 2 /* @1 */')]]) {
      await work(query('BEGIN'));
      for (const message of first) await work(message);
      expect(await work(query('DISCARD ALL'))).toBe('E:25001 Z:E');
      expect(await work(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
      expect(await work(bind('kept'), execute, sync)).toBe('2 D:1 C:SELECT 1 Z:I');
      await work(query('BEGIN'));
      for (const message of first) await work(message);
      expect(await work(parse('', 'discard all'), bind(''), execute, sync)).toMatch(/E:25001 Z:E$/);
      expect(await work(query('ROLLBACK'))).toBe('C:ROLLBACK Z:I');
      expect(await work(bind('kept'), execute, sync)).toBe('2 D:1 C:SELECT 1 Z:I');
    }
    own.end();
  });

  describe('COPY', () => {
    const copyData = (text: string) => typed('d', Buffer.from(text));

    it('passes through to one shard, and from it', async () => {
      await say(query('CREATE TABLE copied (n int, t text) /* @1 */'));
      raw.send(query('COPY copied FROM STDIN /* @1 */'));
      expect((await raw.next())?.[0]).toBe('G'.charCodeAt(0));
      const line = `7\t${'x'.repeat(50_000)}\n`;
      for (let count = 0; count < 100; count++) raw.send(copyData(line));
      expect(await say(typed('c'))).toBe('C:COPY 100 Z:I');
      expect(await say(query('COPY (SELECT n, length(t) FROM copied LIMIT 2) TO STDOUT /* @1 */'))).toBe(
        'H d d c C:COPY 2 Z:I',
      );
      raw.send(query('COPY copied FROM STDIN /* @1 */'));
      expect(await say(copyData('1\tx\n'), typed('f', 'enough'))).toBe('G E:57014 Z:I');
      raw.send(query('COPY copied FROM STDIN /* @1 */'));
      expect(await say(copyData('x\tx\n'), typed('c'))).toBe('G E:22P02 Z:I');
      expect(await say(query('COPY copied FROM STDIN /* @all */'))).toBe('E:0A000 Z:I');
      expect(await say(copyData('1\tx\n'), typed('c'), query('SELECT count(*) FROM copied /* @1 */'))).toBe(
        'T D:100 C:SELECT 1 Z:I',
      );
    });

    it('ends in the middle of a row that is still on its way', async () => {
      await say(query('CREATE TABLE late (n int, t text) /* @1 */'));
      raw.send(query('COPY late FROM STDIN /* @1 */'));
      expect((await raw.next())?.[0]).toBe('G'.charCodeAt(0));
      const late = copyData(`1\t${'x'.repeat(100_000)}\n`);
      expect(await say(copyData('x\tx\n'), late.subarray(0, 1_000))).toBe('E:22P02 Z:I');
      raw.send(late.subarray(1_000));
      // The server reads this as a statement, and not as the rest of the row.
      expect(await say(query('SELECT 1 /* @1 */'))).toBe('T D:1 C:SELECT 1 Z:I');
    });

    it('works in the extended protocol, with a Sync before and after', async () => {
      raw.send(parse('', 'COPY copied FROM STDIN /* @1 */'), bind(''), execute);
      raw.send(copyData('1\ta\n'), typed('c'), sync);
      expect(await raw.said()).toBe('1 2 G C:COPY 1 Z:I');
      raw.send(parse('', 'COPY copied FROM STDIN /* @1 */'), bind(''), execute, sync);
      for (let type = 0; type !== 'G'.charCodeAt(0); ) type = (await raw.next())?.[0] as number;
      raw.send(copyData('1\ta\n'), typed('c'), sync);
      expect(await raw.said()).toBe('C:COPY 1 Z:I');
      expect(await say(query('SELECT 1'))).toBe('T D:1 C:SELECT 1 Z:I');
    });
  });

  describe('COPY that fails', () => {
    const rows = [typed('d', Buffer.from('1\ta\n')), typed('c')];
    const none = parse('', 'COPY nothing_there FROM STDIN /* @1 */');
    const bad = typed('d', Buffer.from('x\ta\n'));

    it('before its first Sync is answered for each Sync', async () => {
      raw.send(none, bind(''), execute, sync, ...rows, sync, query('SELECT 1 /* @1 */'));
      expect(await raw.said(3)).toBe('1 2 E:42P01 Z:I Z:I T D:1 C:SELECT 1 Z:I');
      raw.send(none, bind(''), execute, ...rows, sync, sync);
      expect(await raw.said(2)).toBe('1 2 E:42P01 Z:I Z:I');
    });

    it('among its rows is answered once', async () => {
      const copy = parse('', 'COPY failing FROM STDIN /* @1 */');
      await say(query('CREATE TABLE failing (n int, t text) /* @1 */'));
      raw.send(copy, bind(''), execute, sync, bad, typed('c'), sync, query('SELECT 1 /* @1 */'));
      expect(await raw.said(2)).toBe('1 2 G E:22P02 Z:I T D:1 C:SELECT 1 Z:I');
      raw.send(copy, bind(''), execute, sync, ...rows, sync, sync);
      expect(await raw.said(2)).toBe('1 2 G C:COPY 1 Z:I Z:I');
      raw.send(copy, bind(''), execute, bad, sync);
      expect(await raw.ended()).toMatch(/E:08P01$/);
    });
  });

  describe('cancel', () => {
    const cancel = async (key: Buffer) => {
      const other = await Raw.open(routed.port);
      other.send(int32(16, 80_877_102), key);
      await other.ended();
    };

    it.each(['@1 @write', '@0 @read', '@all'])('ends a statement that is under way: %s', async (wish) => {
      raw.send(query(`SELECT pg_sleep(600) /* ${wish} */`));
      await new Promise((done) => setTimeout(done, 300));
      await cancel(raw.key);
      expect(await raw.said()).toBe('T E:57014 Z:I');
      expect(await say(query('SELECT 1 /* @1 */'))).toBe('T D:1 C:SELECT 1 Z:I');
    });

    it('does nothing with a wrong key, or between statements', async () => {
      raw.send(query('SELECT pg_sleep(0.5) /* @1 */'));
      await cancel(Buffer.alloc(8, 7));
      await cancel(Buffer.alloc(3, 7));
      expect(await raw.said()).toBe('T D: C:SELECT 1 Z:I');
      await cancel(raw.key);
      expect(await say(query('SELECT 1 /* @1 */'))).toBe('T D:1 C:SELECT 1 Z:I');
    });
  });

  describe('parameters', () => {
    it('reach plugins in their format', async () => {
      routed.lines.length = 0;
      const values = [
        int32(3),
        Buffer.from('abc'),
        int32(-1),
        int32(20),
        Buffer.from('twenty bytes of text'),
        int32(2),
        Buffer.from('\xe9'),
      ];
      const formats = int16(4, 1, 0, 0, 0);
      const sql = 'SELECT $1::bytea, $2::text, $3::text, $4::text /* @tell @1 */';
      expect(
        await say(parse('', sql), typed('B', '', '', formats, int16(4), ...values, int16(0)), execute, sync),
      ).toBe('1 2 D:\\x616263,null,twenty bytes of text,é C:SELECT 1 Z:I');
      await new Promise((done) => setTimeout(done, 100));
      expect(routed.lines).toEqual([
        'binary 3 616263',
        'null',
        `text 20 ${Buffer.from('twenty bytes of text').toString('hex')}`,
        'text 2 c3a9',
      ]);
    });

    it('may be 65,535', async () => {
      const count = 65_535;
      const list = Array.from({ length: count }, (_, index) => `$${index + 1}::int`).join(',');
      const values = Array.from({ length: count }, (_, index) => `${index}`);
      const sql = `SELECT array_length(ARRAY[${list}], 1) /* @1 */`;
      expect(await say(parse('', sql), bind('', ...values), execute, sync)).toBe(
        `1 2 D:${count} C:SELECT 1 Z:I`,
      );
    });
  });

  it('may not call a function by its number, which no plugin would be asked about', async () => {
    const pgSleep = 2626;
    const own = await Raw.login(routed.port);
    own.send(typed('F', int32(pgSleep), int16(0, 0, 0)));
    expect(await own.said()).toBe('E:0A000 Z:I');
    own.send(query('SELECT 1 /* @1 */'));
    expect(await own.said()).toBe('T D:1 C:SELECT 1 Z:I');
    own.end();
  });

  it('gets a server’s own messages between answers', async () => {
    const own = await Raw.login(routed.port);
    own.send(query('LISTEN news /* @1 */'));
    expect(await own.said()).toBe('C:LISTEN Z:I');
    await say(query("NOTIFY news, 'now' /* @1 */"));
    expect((await own.next())?.[0]).toBe('A'.charCodeAt(0));
    own.end();
  });
});
