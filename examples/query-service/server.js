/** One route for data sources of every kind: POST /query asks, and answers with columns. */
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { caching, Host, log, timeout } from 'mortise';

const arrow = 'application/vnd.apache.arrow.file';
/** More of one query are not read: who needs them takes Arrow. */
const maxRows = 10_000;

const body = {
  type: 'object',
  required: ['source', 'queries'],
  properties: {
    source: { type: 'string', minLength: 1 },
    queries: { type: 'array', minItems: 1, maxItems: 20, items: { type: 'object' } },
    range: {
      type: 'object',
      required: ['from'],
      properties: { from: { type: 'integer' }, to: { type: 'integer' } },
    },
  },
};

/**
 * @param {{ config?: string, logger?: boolean, cacheMs?: number, timeoutMs?: number }} [options]
 * @returns the service, not listening yet; closing it closes its plugins
 */
export async function buildServer({
  config = fileURLToPath(new URL('mortise.toml', import.meta.url)),
  logger = false,
  cacheMs = 1000,
  timeoutMs = 5000,
} = {}) {
  const app = fastify({ logger });
  const host = await Host.open({
    config,
    log: (line) => app.log.info(line, line.message),
    querying: {
      middlewares: [
        log((line) => app.log.info(line)),
        timeout({ ms: timeoutMs, methods: ['query'] }),
        caching({ ms: cacheMs }),
      ],
    },
  });
  app.addHook('onClose', () => host.close());

  app.post('/query', { schema: { body } }, async (request, reply) => {
    const { source, queries, range = lastHour() } = request.body;
    // A client that goes away has its queries cancelled, in the database too.
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const asked = queries.map(({ refId, ...json }) => ({ refId, json }));
    const call = { plugin: source, queries: asked, range, signal: gone.signal };
    const results = await host.querying.query(call);
    try {
      if (request.headers.accept === arrow && results.size === 1) {
        const [{ frames, status, error }] = results.values();
        if (error) return reply.code(status).send(failure(error));
        const frame = await frames.joined();
        return reply.type(arrow).send(Buffer.from(frame?.ipc() ?? []));
      }
      const answers = {};
      for (const [refId, { status, frames, error }] of results)
        answers[refId] = error ? { status, ...failure(error) } : { status, frames: await columnsOf(frames) };
      return reply.type('application/json').send(JSON.stringify({ results: answers }, exact));
    } finally {
      await results.close();
    }
  });

  app.get('/health/:source', async ({ params }, reply) => {
    const health = await host.querying
      .checkHealth({ plugin: params.source })
      .catch((error) => failure(error));
    return reply.code(health.status === 'ok' ? 200 : 503).send(health);
  });

  app.get('/sources', () => ({ sources: host.querying.sources }));
  return app;
}

/** To the second: the same question within it has the same answer in the cache. */
function lastHour() {
  const to = Math.floor(Date.now() / 1000) * 1000;
  return { from: to - 3_600_000, to };
}

async function columnsOf(frames) {
  const all = [];
  let rows = 0;
  for await (const frame of frames) {
    const columns = Object.fromEntries(frame.fields.map(({ name }) => [name, [...frame.column(name)]]));
    all.push({ name: frame.name, columns, meta: frame.meta });
    rows += frame.rowCount;
    if (rows >= maxRows) break; // which also stops who sends them
  }
  return all;
}

const failure = ({ code, source, problems: [{ message }] }) => ({ error: { code, source, message } });

/** Integers that a number doesn't hold are text. */
const exact = (_, value) =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = await buildServer({ logger: true });
  await app.listen({ port: Number(process.env.PORT ?? 3000) });
}
