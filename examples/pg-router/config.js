/** Reads pg-router.toml. Whatever is not valid in it is said with its place. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';

const address = z.string().transform((text, context) => {
  const [, host, port] =
    /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)?.filter((_, at) => at === 0 || _) ?? [];
  if (host && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({ code: 'custom', message: `"${text}" is not a valid address: host:port` });
  return z.NEVER;
});
const milliseconds = z.int().min(0).max(86_400_000);

const schema = z.strictObject({
  router: z.strictObject({
    listen: address.default({ host: '127.0.0.1', port: 6432 }),
    /** Where a statement goes that no plugin decided on: nowhere, to every shard, or to the one of this number. */
    undecided: z.union([z.literal('refuse'), z.literal('all'), z.int().min(0)]).default('refuse'),
    /** For how long after its own write a session reads from the primary. */
    read_own_writes_ms: milliseconds.default(1000),
    max_clients: z.int().min(1).max(100_000).default(500),
    /** The longest message that a client may send; rows of COPY aside, which are never kept whole. */
    max_message_bytes: z
      .int()
      .min(1024)
      .max(1 << 30)
      .default(64 << 20),
    /** For a client to log in, and for a server to let the router in. */
    login_ms: milliseconds.min(1).default(10_000),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  }),
  shards: z
    .array(z.strictObject({ primary: address, replicas: z.array(address).default([]) }))
    .min(1)
    .max(1000),
  /** Passwords for servers that ask for one; the client's own can't be used twice. */
  users: z.array(z.strictObject({ name: z.string(), password: z.string() })).default([]),
});

/** @typedef {z.infer<typeof schema>} Config */

/** @throws Error that names the file and every key that is wrong */
export function readConfig(path) {
  const result = schema.safeParse(parse(readFileSync(path, 'utf8')));
  const issues = result.success ? [] : [...result.error.issues];
  const { router, shards } = result.data ?? {};
  if (typeof router?.undecided === 'number' && router.undecided >= shards.length) {
    issues.push({ path: ['router', 'undecided'], message: `there is no shard ${router.undecided}` });
  }
  if (issues.length > 0) {
    throw new Error(issues.map(({ path: at, message }) => `${path}: ${at.join('.')}: ${message}`).join('\n'));
  }
  if (router.tls) {
    const read = (name) => readFileSync(resolve(dirname(path), router.tls[name]));
    router.tls = { cert: read('certificate'), key: read('key') };
  }
  return result.data;
}
