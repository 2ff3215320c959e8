/**
 * The JSON documents of the command line, to the last field: what programs rely on. The published schemas are made of
 * them, and the tests hold what commands print to them; no command loads them.
 */
import { z } from 'zod';

export const problem = z.strictObject({
  code: z.string().regex(/^MORTISE_(ERR|WARN)_/),
  message: z.string().min(1),
  subject: z.string().optional(),
  where: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  remedy: z.string().optional(),
});

export const failureDocument = z.strictObject({ schema: z.literal(1), errors: z.array(problem).min(1) });

const check = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]*$/),
  status: z.enum(['ok', 'warn', 'fail', 'skip']),
  code: z.string().optional(),
  message: z.string().min(1),
  where: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  remedy: z.string().optional(),
});

const service = z.object({ name: z.string(), major: z.int(), minor: z.int() });

const identity = z.object({
  name: z.string(),
  version: z.string(),
  abi: z.string(),
  parser: z.string(),
  toolchain: z.string(),
  exactToolchain: z.boolean(),
  requires: z.array(service),
  provides: z.array(service),
});

const format = z.enum(['elf', 'macho', 'pe']);
const bits = z.union([z.literal(32), z.literal(64)]);
const names = z.array(z.string());

export const verifyDocument = z.strictObject({
  schema: z.literal(1),
  host: z.strictObject({ version: z.string(), abi: z.string().regex(/^\d+\.\d+$/), parser: z.string() }),
  plugins: z.array(
    z.strictObject({
      path: z.string(),
      libraries: z
        .array(
          z.strictObject({ name: z.string(), path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        )
        .nullable(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
      format: format.nullable(),
      arch: z.string().nullable(),
      bits: bits.nullable(),
      size: z.int().nullable(),
      target: z.string().nullable(),
      dialect: z.string().nullable(),
      info: identity.nullable(),
      bundle: z
        .strictObject({
          id: z.string(),
          aliases: names,
          type: z.string(),
          version: z.string().nullable(),
          class: z.enum(['core', 'bundled', 'external']),
          parent: z.string().nullable(),
          signature: z.strictObject({
            state: z.enum(['internal', 'unsigned', 'valid', 'modified', 'invalid']),
            by: z.string().nullable(),
            key: z.string().nullable(),
          }),
        })
        .nullable(),
      hardening: z
        .array(
          z.strictObject({
            id: z.string().regex(/^[a-z-]+$/),
            verdict: z.enum(['good', 'weak', 'unknown']),
            value: z.string().min(1),
          }),
        )
        .nullable(),
      status: z.enum(['ok', 'warn', 'fail']),
      checks: z.array(check).min(1),
    }),
  ),
  summary: z.strictObject({ plugins: z.int(), passed: z.int(), warned: z.int(), failed: z.int() }),
});

export const testDocument = z.strictObject({
  schema: z.literal(1),
  host: z.strictObject({ version: z.string(), abi: z.string().regex(/^\d+\.\d+$/) }),
  plugin: z.strictObject({
    path: z.string(),
    sha256: z.string().nullable(),
    dialect: z.string().nullable(),
    name: z.string().nullable(),
    version: z.string().nullable(),
  }),
  checks: z.array(check).min(1),
  summary: z.strictObject({
    ...{ checks: z.int(), passed: z.int(), warned: z.int(), failed: z.int(), skipped: z.int() },
  }),
});

const image = {
  format,
  arch: z.string(),
  bits,
  endian: z.enum(['little', 'big']),
  kind: z.enum(['shared', 'executable', 'object', 'other']),
  os: z.string().nullable(),
  minimumOs: z.string().nullable(),
  soname: z.string().nullable(),
  buildId: z.string().nullable(),
  libc: z.string(),
  execStack: z.boolean(),
  dependencies: names,
  weakDependencies: names,
  rpath: names,
  runpath: names,
  newestVersions: z.record(z.string(), z.string()),
  versionNeeds: z.array(z.strictObject({ library: z.string(), version: z.string() })),
  producers: names,
  startup: z.strictObject({ constructors: z.int(), destructors: z.int(), init: z.boolean() }),
  calls: names,
  dialect: z.string().nullable(),
  info: identity.nullable(),
  exports: names,
  imports: names,
  weakImports: names,
};
const file = { schema: z.literal(1), path: z.string(), size: z.int() };

export const inspectDocument = z.strictObject({ ...file, ...image });
export const fatDocument = z.strictObject({
  ...file,
  format: z.literal('macho'),
  slices: z.array(z.strictObject(image)),
});

const { schema: _, ...one } = file;

/** Of several files, in the order of the call. */
export const inspectedFiles = z.strictObject({
  schema: z.literal(1),
  files: z.array(
    z.union([
      z.strictObject({ ...one, ...image }),
      z.strictObject({ ...one, format: z.literal('macho'), slices: z.array(z.strictObject(image)) }),
      z.strictObject({ path: z.string(), errors: z.array(problem).min(1) }),
    ]),
  ),
});

const plugin = z.strictObject({
  name: z.string(),
  aliases: names,
  version: z.string().nullable(),
  dialect: z.string().nullable(),
  path: z.string().nullable(),
  state: z.string(),
  bundle: z
    .strictObject({
      class: z.enum(['core', 'bundled', 'external']),
      type: z.string().optional(),
      directory: z.string(),
      parent: z.string().optional(),
    })
    .optional(),
  signature: z.enum(['internal', 'unsigned', 'valid', 'modified', 'invalid']).optional(),
  process: z
    .strictObject({ pid: z.int().optional(), restarts: z.int(), lastEnd: z.string().optional() })
    .optional(),
  requires: names,
  wants: names,
  provides: names,
  errors: z.array(problem),
  warnings: z.array(check),
});

const callbacks = z.strictObject({
  readers: z.array(
    z.strictObject({
      name: z.string(),
      group: z.string(),
      interval: z.number(),
      effectiveInterval: z.number(),
      failures: z.int(),
    }),
  ),
  writers: z.array(
    z.strictObject({ name: z.string(), maxQueue: z.int(), waiting: z.int(), dropped: z.int() }),
  ),
});

export const listDocument = z.strictObject({
  schema: z.literal(1),
  plugins: z.array(plugin.extend({ collecting: callbacks.optional() })),
  summary: z.strictObject({ plugins: z.int(), ready: z.int(), notReady: z.int() }),
});

export const runDocument = z.strictObject({
  schema: z.literal(1),
  reason: z.enum(['SIGINT', 'SIGTERM', 'SIGHUP', 'time']),
  milliseconds: z.int(),
  plugins: z.array(plugin),
  logged: z.strictObject({ debug: z.int(), info: z.int(), warning: z.int(), error: z.int() }),
  lost: z.int(),
});

export const doctorDocument = z.strictObject({
  schema: z.literal(1),
  /** Some are called as programs are: `c++`. */
  checks: z.array(check.extend({ id: z.string().min(1) })),
  summary: z.strictObject({ checks: z.int(), warned: z.int(), failed: z.int() }),
});

const buckets = z.array(z.strictObject({ atMost: z.number().nullable(), count: z.int() }));
const counted = { plugin: z.string(), name: z.string(), help: z.string() };

/** Also what `/snapshot.json` of `mortise run --inspect` answers. An `atMost` of null has no bound. */
export const topDocument = z.strictObject({
  schema: z.literal(1),
  time: z.int(),
  version: z.string(),
  pid: z.int(),
  plugins: z.array(plugin),
  services: z.array(
    z.strictObject({ name: z.string(), version: z.string(), provider: z.string(), users: names }),
  ),
  calls: z.array(
    z.strictObject({
      ...counted,
      kind: z.literal('calls'),
      entry: z.string(),
      count: z.int(),
      sum: z.number(),
      buckets,
      perSecond: z.number(),
    }),
  ),
  metrics: z.array(
    z.union([
      z.strictObject({ ...counted, kind: z.enum(['counter', 'gauge']), value: z.number() }),
      z.strictObject({ ...counted, kind: z.literal('histogram'), count: z.int(), sum: z.number(), buckets }),
    ]),
  ),
  readers: z.array(
    z.strictObject({
      ...{ plugin: z.string(), name: z.string(), group: z.string(), interval: z.number() },
      ...{ effectiveInterval: z.number(), lastRun: z.iso.datetime().optional(), lastDurationMs: z.number() },
      ...{ nextRun: z.iso.datetime().optional(), latenessMs: z.number(), runs: z.int(), failures: z.int() },
      ...{ skipped: z.int(), isRunning: z.boolean() },
    }),
  ),
  writers: z.array(
    z.strictObject({
      ...{ plugin: z.string(), name: z.string(), written: z.int(), failed: z.int(), dropped: z.int() },
      ...{ waiting: z.int(), onDisk: z.int(), maxQueue: z.int(), lastRun: z.iso.datetime().optional() },
      ...{ lastDurationMs: z.number(), isRunning: z.boolean() },
    }),
  ),
});

export const decision = z.strictObject({
  plugin: z.string().nullable(),
  shard: z.union([z.int().nonnegative(), z.enum(['all', 'blocked'])]).nullable(),
  readWrite: z.enum(['read', 'write']).nullable(),
  reason: z.strictObject({ message: z.string(), sqlstate: z.string().regex(/^[0-9A-Z]{5}$/) }).optional(),
  errors: z.array(problem).min(1).optional(),
});

export const explanation = z.strictObject({
  decision,
  statement: z
    .strictObject({
      outcome: z.enum(['parsed', 'syntax error', 'too long', 'too deep', 'no tree']),
      message: z.string(),
      kinds: z.array(z.string()),
      access: z.enum(['read', 'write']).nullable(),
      normalised: z.string().nullable(),
      fingerprint: z.string().nullable(),
    })
    .optional(),
  asked: z.array(
    z.strictObject({
      plugin: z.string(),
      said: z.enum(['decided', 'passed', 'fault', 'not asked']),
      nanoseconds: z.number().nonnegative().nullable(),
      error: problem.optional(),
    }),
  ),
});

/** A line of `mortise collect --json`. */
export const sampleLine = z.strictObject({
  time: z.iso.datetime(),
  host: z.string(),
  plugin: z.string(),
  pluginInstance: z.string(),
  type: z.string(),
  typeInstance: z.string(),
  interval: z.number(),
  values: z.record(z.string(), z.number().nullable()),
  rates: z.record(z.string(), z.number().nullable()),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const named = { schema: z.literal(1), name: z.string() };

export const lockDocument = z.strictObject({
  schema: z.literal(1),
  path: z.string(),
  plugins: z.array(
    z.strictObject({
      ...{ name: z.string(), version: z.string(), platform: z.string(), file: z.string(), sha256 },
      libraries: z.array(z.strictObject({ file: z.string(), sha256 })),
    }),
  ),
  changes: z.array(
    z.strictObject({
      name: z.string(),
      platform: z.string(),
      change: z.enum(['added', 'changed', 'removed']),
    }),
  ),
});

export const newDocument = z.strictObject({
  ...named,
  language: z.enum(['c', 'rust']),
  directory: z.string(),
  files: names,
  next: names,
  absolute: z.strictObject({ file: z.string(), path: z.string(), instead: z.string() }).nullable(),
});

export const addDocument = z.strictObject({
  ...named,
  version: z.string().optional(),
  before: z.string().optional(),
  source: z.string(),
  directory: z.string(),
  config: z.string(),
  lock: z.string().optional(),
  permissions: z.strictObject({
    files: z.record(z.string(), z.string()).optional(),
    environment: names.optional(),
    network: names.optional(),
    programs: names.optional(),
  }),
  warnings: z.array(problem),
});

export const removeDocument = z.strictObject({
  ...named,
  config: z.string(),
  lock: z.string().optional(),
  directory: z.string().optional(),
});
