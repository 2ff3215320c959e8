/**
 * node examples/pg-router/servers/main.js [PORT]: two shards of primary and replica until Ctrl-C. The ports are PORT
 * and PORT + 1 for the first shard, PORT + 10 and PORT + 11 for the second; 6500 unless said, as in pg-router.toml.
 */
import { findPostgres } from './binaries.js';
import { Cluster } from './cluster.js';
import { fill } from './tables.js';

const port = Number(process.argv[2] ?? 6500);
if (!Number.isInteger(port) || port < 1 || port > 65_500) {
  console.error('PORT is not a valid port: a number from 1 to 65500');
  process.exit(2);
}
const binaries = findPostgres();
if (!binaries) {
  console.error(
    'No PostgreSQL server here. Install postgresql, or name the folder of its programs in PG_BIN.',
  );
  process.exit(2);
}
const cluster = new Cluster(binaries);
const stop = async (code) => {
  await cluster.stop();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0));

try {
  await cluster.start(2, port);
  await fill(cluster);
  for (const [shard, { primary, replica }] of cluster.shards.entries()) {
    console.log(`shard ${shard}: primary 127.0.0.1:${primary.port}, replica 127.0.0.1:${replica.port}`);
  }
  console.log('Ready. Ctrl-C stops them.');
  setInterval(() => {}, 1 << 30);
} catch (error) {
  console.error(error.message);
  stop(1);
}
