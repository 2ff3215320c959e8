/** A small shop: POST /price tells what a cart costs after every price rule. */
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { Host } from 'mortise';
import { PriceRule } from './services.js';

const cart = {
  type: 'object',
  required: ['customer', 'items'],
  properties: {
    customer: { type: 'string', minLength: 1 },
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['sku', 'quantity', 'cents'],
        properties: {
          sku: { type: 'string' },
          quantity: { type: 'integer', minimum: 1, maximum: 1000 },
          cents: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
        },
      },
      minItems: 1,
      maxItems: 1000,
    },
  },
};

/**
 * @param {{ config?: string, logger?: boolean }} [options] `config`: the mortise.toml that names the rules
 * @returns the service, not listening yet; closing it closes its plugins
 */
export async function buildServer({
  config = fileURLToPath(new URL('mortise.toml', import.meta.url)),
  logger = false,
} = {}) {
  const app = fastify({ logger });
  const host = await Host.open({ config, log: (line) => app.log.info(line, line.message) });
  app.addHook('onClose', () => host.close());

  app.post('/price', { schema: { body: cart } }, ({ body: { customer, items } }) => {
    const before = items.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0);
    const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
    let cents = before;
    const rules = [];
    for (const rule of host.services.use(PriceRule, { errors: 'results' })) {
      const { ok, value, error } = rule.apply({ customer, items: count, cents });
      // A rule that fails doesn't keep the shop from selling: the price stays as it was.
      if (!ok) app.log.warn(error);
      rules.push(
        ok
          ? { name: rule.plugin, cents: value.discounted - cents }
          : { name: rule.plugin, error: error.problems[0].message },
      );
      if (ok) cents = value.discounted;
    }
    return { before, cents, rules };
  });

  // What an operator wants to see: every rule that was asked for, and why one is missing.
  app.get('/rules', () =>
    [...host.plugins].map(({ name, version, state, error }) => ({
      name,
      version,
      state,
      error: error?.message,
    })),
  );
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = await buildServer({ logger: true });
  await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
}
