// A plugin that speaks pluginv2 in JavaScript, on the built transport: answers as no plugin on Grafana's SDK does.
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { serve } from '../../../dist/dialects/goplugin/transport/grpc-server.js';
import { Failure } from '../../../dist/dialects/goplugin/transport/transport.js';
import { Data } from '../../../dist/dialects/grafana/wire/data_pb.js';
import { Diagnostics } from '../../../dist/dialects/grafana/wire/diagnostics_pb.js';
import { Resource } from '../../../dist/dialects/grafana/wire/resource_pb.js';
import { ErrorInfoSchema, StatusSchema } from '../../../dist/dialects/grafana/wire/status_pb.js';

const what = process.argv[2];
const path = join(process.env.PLUGIN_UNIX_SOCKET_DIR, 'plugin');
const text = (value) =>
  Buffer.from(JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)));

const method = ({ parent, name, input, output }) => ({
  path: `/${parent.typeName}/${name}`,
  encode: (message) => toBinary(output, create(output, message)),
  decode: (bytes) => fromBinary(input, bytes),
});
const unary = (description, handle) => ({
  kind: 'unary',
  method: method(description),
  handle: async (request) => handle(request),
});
const stream = (description, handle) => ({
  kind: 'stream',
  method: method(description),
  async *handle(requests) {
    for await (const request of requests) {
      yield* handle(request);
      return;
    }
  },
});

/** How often each method was called. */
const calls = { whole: 0, parts: 0 };

const answers = {
  json: { A: { format: 1, frames: [Buffer.from('{"schema":{},"data":{}}')] } },
  nothing: {},
  other: { Z: { status: 200 } },
  damaged: { A: { frames: [Buffer.from('ARROW1\0\0 and no more')] } },
  status: { A: { status: 404 } },
  odd: { A: { status: 7, error: 'no status of HTTP', errorSource: 'somebody' } },
  downstream: { A: { status: 503, error: 'the database is away', errorSource: 'downstream' } },
  empty: { A: { status: 200 } },
};

function whole() {
  calls.whole += 1;
  if (what === 'details') {
    const info = create(ErrorInfoSchema, { metadata: { errorSource: 'downstream' } });
    const typeUrl = 'type.googleapis.com/google.rpc.ErrorInfo';
    const details = [{ typeUrl, value: toBinary(ErrorInfoSchema, info) }];
    const bytes = toBinary(StatusSchema, create(StatusSchema, { code: 2, message: 'away', details }));
    throw new Failure(2, 'away', new Map([['grpc-status-details-bin', bytes]]));
  }
  if (what === 'garbled')
    throw new Failure(2, 'away', new Map([['grpc-status-details-bin', Buffer.from('\xff\xff')]]));
  return { responses: answers[what] ?? {} };
}

async function* parts({ queries: [{ refId }] }) {
  calls.parts += 1;
  if (what === 'adapter') yield { status: 501 };
  else if (what === 'parts-other') yield { refId: `not ${refId}`, status: 200, frame: Buffer.from('x') };
  else if (what === 'parts-json') yield { refId, status: 200, frame: Buffer.from('{}'), format: 1 };
  else if (what === 'parts-status') {
    yield { refId, status: 200 };
    yield { refId, status: 503, error: 'the database went away' };
  }
}

const handlers = [
  {
    kind: 'unary',
    method: { path: '/grpc.health.v1.Health/Check', encode: (m) => m, decode: (m) => m },
    handle: async () => Buffer.from([8, 1]),
  },
  {
    kind: 'unary',
    method: { path: '/plugin.GRPCController/Shutdown', encode: (m) => m, decode: (m) => m },
    handle: async () => process.exit(0),
  },
  unary(Data.method.queryData, (request) => {
    const answer = whole();
    if (what !== 'echo') return answer;
    const seen = {
      ...request,
      queries: request.queries.map((query) => ({
        ...query,
        json: JSON.parse(Buffer.from(query.json).toString()),
      })),
    };
    return { responses: { A: { status: 400, error: text(seen).toString() } } };
  }),
];
if (/^(adapter|parts)/.test(what)) handlers.push(stream(Data.method.queryChunkedData, parts));
if (what === 'echo' || what === 'adapter') {
  handlers.push(
    unary(Diagnostics.method.checkHealth, ({ pluginContext, headers }) => {
      const { dataSourceInstanceSettings, ...rest } = pluginContext;
      const { jsonData, ...settings } = dataSourceInstanceSettings;
      return {
        status: 1,
        message: 'as I was asked',
        jsonDetails: text({
          ...rest,
          headers,
          calls,
          settings,
          jsonData: JSON.parse(Buffer.from(jsonData).toString()),
        }),
      };
    }),
    stream(Resource.method.callResource, async function* ({ headers, path, method, url, body }) {
      const set = (value) => ({ values: [value] });
      const code = Number(path);
      yield {
        code,
        headers: {
          Connection: set('X-Hop'),
          'X-Hop': set('1'),
          'Set-Cookie': set('a=b'),
          'X-Kept': { values: ['1', '2'] },
        },
        body:
          code === 204 ? Buffer.alloc(0) : text({ headers, method, url, body: Buffer.from(body).toString() }),
      };
      yield { code: 500, headers: { 'X-Late': set('1') }, body: Buffer.from('!') };
      yield { body: Buffer.alloc(0) };
    }),
  );
}
await serve({ network: 'unix', path }, handlers, undefined, { maxMessageBytes: 1_000_000 });
process.stdout.write(`1|2|unix|${path}|grpc\n`);
