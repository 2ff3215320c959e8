/** npm's pg and postgres: reads, writes, transactions, prepared statements, pipelines, cursors, cancels. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import postgres from 'postgres';
import { accounts, tenants } from './stage.mjs';
import { same } from './tally.mjs';

const random = (below) => Math.floor(Math.random() * below);
const pick = (list) => list[random(list.length)];
const account = () => [random(tenants), 1 + random(accounts)];
const sleeper = 'SELECT pg_sleep(600) FROM accounts WHERE tenant_id = $1 AND id = 1';

/** One connection of npm's pg, with some operations on it; then it ends. */
export async function withPg(port, tally) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  const query = (text, values, name) => client.query({ text, values, name });
  const operations = {
    'pg: read by a literal': async () => {
      const [tenant, id] = account();
      const { rows } = await query(
        `SELECT tenant_id, id FROM accounts WHERE tenant_id = ${tenant} AND id = ${id}`,
      );
      same(rows, [{ tenant_id: tenant, id }]);
    },
    'pg: read by a parameter': async () => {
      const [tenant, id] = account();
      const { rows } = await query('SELECT tenant_id FROM accounts WHERE tenant_id = $1 AND id = $2', [
        tenant,
        id,
      ]);
      same(rows, [{ tenant_id: tenant }]);
    },
    'pg: prepared': async () => {
      const [tenant, id] = account();
      const name = `s${random(8)}`;
      const text = `SELECT id, '${name}' AS name FROM accounts WHERE id = $2 AND tenant_id = $1`;
      same((await query(text, [tenant, id], name)).rows, [{ id, name }]);
    },
    'pg: every shard': async () => {
      const { rows } = await query('SELECT tenant_id FROM accounts WHERE id = $1', [1 + random(accounts)]);
      same(rows.map((row) => row.tenant_id).sort(), [...Array(tenants).keys()]);
    },
    'pg: write, and read it': async () => {
      const [tenant] = account();
      const { rows } = await query('UPDATE counters SET n = n + 1 WHERE tenant_id = $1 RETURNING n', [
        tenant,
      ]);
      tally.add(tenant, 1);
      const read = await query('SELECT n FROM counters WHERE tenant_id = $1', [tenant]);
      if (Number(read.rows[0].n) < Number(rows[0].n)) throw new Error('its own write was not read');
    },
    'pg: transaction': async () => {
      const [tenant, from] = account();
      const to = 1 + random(accounts);
      const [first, second] = [from, to].sort((one, other) => one - other); // no deadlocks
      const amount = random(10);
      await query('BEGIN');
      const move = 'UPDATE accounts SET balance = balance + $3 WHERE tenant_id = $1 AND id = $2';
      await query(move, [tenant, first, first === from ? -amount : amount]);
      await query(move, [tenant, second, first === from ? amount : -amount]);
      await query(pick(['COMMIT', 'ROLLBACK']));
    },
    'pg: transaction that a plugin fails': {
      refusal: '42501',
      work: async () => {
        const [tenant] = account();
        await query('BEGIN');
        await query('UPDATE counters SET n = n + 1 WHERE tenant_id = $1', [tenant]);
        try {
          await query('UPDATE counters SET n = 0');
        } finally {
          await query('ROLLBACK');
        }
      },
    },
    'pg: blocked': {
      refusal: '42501',
      work: () => query(pick(['DELETE FROM accounts', 'DROP TABLE accounts'])),
    },
    'pg: error': {
      refusal: '42703',
      work: () => query('SELECT nothing FROM accounts WHERE tenant_id = $1', [random(tenants)]),
    },
    'pg: cancel': {
      refusal: '57014',
      work: async () => {
        const requests = [];
        const timer = setInterval(() => requests.push(cancel(port, client)), 500);
        try {
          await query(sleeper, [random(tenants)]);
        } finally {
          clearInterval(timer);
          await Promise.all(requests); // or the last one ends the next statement
          await sleep(50);
        }
      },
    },
  };
  await tally.run('pg: login', () => client.connect());
  try {
    await some(20, operations, tally);
  } finally {
    client.end().catch(() => {});
  }
}

/** A request of its own, as psql's Ctrl-C sends it. */
function cancel(port, { processID, secretKey }) {
  const request = Buffer.alloc(16);
  for (const [index, number] of [16, 80_877_102, processID, secretKey].entries())
    request.writeInt32BE(number, index * 4);
  return new Promise((done) => {
    connect(port, '127.0.0.1')
      .on('error', () => {})
      .on('close', done)
      .on('data', () => {})
      .end(request);
  });
}

/** A pool of npm's postgres. */
export async function withPostgres(port, tally) {
  const options = {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    max: 2,
    fetch_types: false,
  };
  const sql = postgres({ ...options, onnotice() {}, prepare: Math.random() < 0.7 });
  const read = ([tenant, id]) =>
    sql`SELECT tenant_id, id FROM accounts WHERE tenant_id = ${tenant} AND id = ${id}`;
  const operations = {
    'postgres: pipelined': async () => {
      const wanted = Array.from({ length: 20 }, account);
      const found = await Promise.all(wanted.map(read));
      same(
        found.map(([row]) => [row.tenant_id, row.id]),
        wanted,
      );
    },
    'postgres: pipelined, some refused': async () => {
      const settled = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          index % 3 === 1 ? sql`DELETE FROM accounts` : read(account()),
        ),
      );
      same(
        settled.map(({ reason, value }) => reason?.code ?? value.length),
        [1, '42501', 1, 1, '42501', 1, 1, '42501'],
      );
    },
    'postgres: transaction': async () => {
      const [tenant] = account();
      await sql.begin(async (own) => {
        const [{ n }] = await own`UPDATE counters SET n = n + 2 WHERE tenant_id = ${tenant} RETURNING n`;
        const [again] = await own`SELECT n FROM counters WHERE tenant_id = ${tenant}`;
        same(again.n, n);
      });
      tally.add(tenant, 2);
    },
    'postgres: transaction, pipelined, that a plugin fails': {
      refusal: '42501',
      work: () => {
        const [tenant] = account();
        return sql.begin((own) => [
          own`UPDATE counters SET n = n + 1 WHERE tenant_id = ${tenant}`,
          own`UPDATE counters SET n = ${0}`,
          own`SELECT n FROM counters WHERE tenant_id = ${tenant}`,
          own`SELECT n FROM counters WHERE tenant_id = ${tenant}`,
        ]);
      },
    },
    'postgres: cursor': async () => {
      let count = 0;
      await sql`SELECT id FROM accounts WHERE tenant_id = ${random(tenants)}`.cursor(9, (rows) => {
        count += rows.length;
      });
      same(count, accounts);
    },
    'postgres: cancel': {
      refusal: '57014',
      work: async () => {
        const query = sql.unsafe(sleeper, [random(tenants)]);
        setTimeout(() => query.cancel(), 2000); // it asks once only, so the server must be at it
        await query;
      },
    },
  };
  try {
    await some(12, operations, tally);
  } finally {
    sql.end({ timeout: 5 }).catch(() => {});
  }
}

/** Operations at random. @param {Record<string, (() => Promise<unknown>) | { refusal: string, work: () => Promise<unknown> }>} operations */
async function some(count, operations, tally) {
  for (let turn = 0; turn < count; turn++) {
    const [name, operation] = pick(Object.entries(operations));
    const { work = operation, refusal } = operation;
    await tally.run(name, work, refusal);
  }
}
