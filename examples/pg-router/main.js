/** node examples/pg-router/main.js [CONFIG]: the router that pg-router.toml describes, with mortise.toml beside it. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Host } from 'mortise';
import { readConfig } from './config.js';
import { Router } from './router.js';

const path = process.argv[2] ?? fileURLToPath(new URL('pg-router.toml', import.meta.url));
try {
  const config = readConfig(path);
  const host = await Host.open({
    config: join(dirname(path), 'mortise.toml'),
    routing: {
      shards: config.shards.length,
      hasReplicas: config.shards.some(({ replicas }) => replicas.length > 0),
    },
  });
  const router = new Router(host, config);
  const { host: address, port } = await router.listen();
  console.log(`pg-router listens on ${address}:${port}, in front of ${config.shards.length} shards`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await router.close();
      await host.close();
    });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
