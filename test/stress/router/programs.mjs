/** psql and pgbench, each run a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accounts, tenants } from './stage.mjs';
import { same } from './tally.mjs';

const random = (below) => Math.floor(Math.random() * below);
let runs = 0;

/** @returns {Promise<{ code: number, stdout: string, stderr: string }>} ended with the deadline at the latest */
function program({ cluster, port }, name, args, input = '') {
  return new Promise((done) => {
    const where = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres'];
    const options = {
      env: cluster.env,
      cwd: '/',
      maxBuffer: 1 << 28,
      timeout: 120_000,
      killSignal: 'SIGKILL',
    };
    const child = execFile(
      join(cluster.binaries.folder, name),
      [...where, ...args],
      options,
      (error, stdout, stderr) => done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** A script in one session: COPY in and out, settings, a savepoint behind a blocked statement, every shard. */
export function withPsql(stage, tally) {
  return tally.run('psql: a session', async () => {
    const run = `r${runs++}`;
    const tenant = random(tenants);
    const shard = random(2);
    const script = `
      SET work_mem = '5MB';
      COPY copied FROM STDIN /* @${shard} */;
${Array.from({ length: 500 }, (_, n) => `${run}\t${n}\n`).join('')}\\.
      SELECT count(*), sum(n) FROM copied WHERE run = '${run}' /* @${shard} @write */;
      COPY (SELECT run FROM copied WHERE run = '${run}' LIMIT 2) TO STDOUT /* @${shard} @write */;
      BEGIN;
      UPDATE counters SET n = n + 3 WHERE tenant_id = ${tenant};
      SAVEPOINT a;
      DELETE FROM accounts;
      ROLLBACK TO a;
      SELECT current_setting('work_mem') FROM counters WHERE tenant_id = ${tenant};
      COMMIT;
      SELECT number FROM shard;
      DELETE FROM copied WHERE run = '${run}' /* @${shard} */;`;
    const { code, stdout, stderr } = await program(stage, 'psql', ['-XAtq'], script);
    same([code, stdout], [0, `500|124750\n${run}\n${run}\n5MB\n0\n1\n`]);
    tally.add(tenant, 3);
    if (!/^ERROR: {2}.*WHERE/m.test(stderr) || stderr.match(/ERROR/g).length > 1) throw new Error(stderr);
  });
}

/** Three seconds of transactions on either shard. */
export async function withPgbench(stage, tally, protocol) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-stress-pgbench-'));
  const file = join(folder, 'script.sql');
  writeFileSync(
    file,
    `\\set tenant random(0, ${tenants - 1})
\\set id random(1, ${accounts - 1})
SELECT balance FROM accounts WHERE tenant_id = :tenant AND id = :id;
BEGIN;
UPDATE accounts SET balance = balance - 1 WHERE tenant_id = :tenant AND id = :id;
UPDATE accounts SET balance = balance + 1 WHERE tenant_id = :tenant AND id = :id + 1;
END;
SELECT number FROM shard;
`,
  );
  try {
    await tally.run(`pgbench -M ${protocol}`, async () => {
      const args = ['-n', '-M', protocol, '-c', '4', '-T', '3', '-f', file, 'postgres'];
      const { code, stdout, stderr } = await program(stage, 'pgbench', args);
      const failed = /failed transactions: (\d+)/.exec(stdout)?.[1];
      if (code !== 0 || failed !== '0' || /error/i.test(stderr))
        throw new Error(`${code} ${stdout} ${stderr}`);
      tally.transactions += Number(/actually processed: (\d+)/.exec(stdout)[1]);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
