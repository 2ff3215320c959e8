/** A plugin of Grafana's as a data source: what the facade asks, over pluginv2. */
import type {
  CallContext,
  DataSource,
  Health,
  Publication,
  QueryAnswers,
  QueryRequest,
  ResourcePart,
  ResourceRequest,
  StreamPacket,
  StreamRequest,
  Subscription,
} from '../../capabilities/querying/source.js';
import type { Kept } from '../goplugin/keep.js';
import { type PluginFacts, pluginContext } from './context.js';
import { unless } from './failure.js';
import { answerHeaders, callHeaders, requestHeaders } from './headers.js';
import { readJson } from './json.js';
import { limits } from './limits.js';
import { Queries } from './queries.js';
import { Diagnostics } from './wire/diagnostics_pb.js';
import { Resource } from './wire/resource_pb.js';
import { Stream } from './wire/stream_pb.js';

const healths = ['unknown', 'ok', 'error'] as const;
const permissions = ['ok', 'not-found', 'permission-denied'] as const;

export class GrafanaSource implements DataSource {
  readonly carrier = 'external';
  readonly cancels = true;
  readonly #facts: PluginFacts;
  readonly #queries: Queries;
  readonly #clients;

  constructor(kept: Pick<Kept, 'client'>, facts: PluginFacts) {
    this.#facts = facts;
    this.#queries = new Queries(kept, facts);
    this.#clients = {
      diagnostics: kept.client(Diagnostics),
      resource: kept.client(Resource),
      stream: kept.client(Stream),
    };
  }

  query(request: QueryRequest, context: CallContext): Promise<QueryAnswers> {
    return this.#queries.query(request, context);
  }

  /** A plugin that doesn't say is unknown, not ill. */
  async checkHealth(context: CallContext): Promise<Health> {
    const asked = this.#clients.diagnostics.checkHealth(this.#head(context), limits(context));
    const answer = await unless(asked, 'MORTISE_ERR_CALL_UNIMPLEMENTED');
    if (!answer) return { status: 'unknown', message: 'the plugin has no health check' };
    const details = readJson(answer.jsonDetails);
    return {
      status: healths[answer.status] ?? 'unknown',
      message: answer.message,
      ...(details !== undefined && { details }),
    };
  }

  async collectMetrics(context: CallContext): Promise<string> {
    const request = { pluginContext: pluginContext(this.#facts, context) };
    const asked = this.#clients.diagnostics.collectMetrics(request, limits(context));
    const answer = await unless(asked, 'MORTISE_ERR_CALL_UNIMPLEMENTED');
    return Buffer.from(answer?.metrics?.prometheus ?? '').toString();
  }

  async *callResource(request: ResourceRequest, context: CallContext): AsyncGenerator<ResourcePart> {
    const { method, path, url, headers, body } = request;
    const parts = this.#clients.resource.callResource(
      {
        ...{ pluginContext: pluginContext(this.#facts, context), method, path, url, body },
        headers: requestHeaders({ ...context.headers, ...headers }),
      },
      { signal: context.signal },
    );
    let isFirst = true;
    for await (const part of parts) {
      const status = part.code || 200;
      if (isFirst) yield { status, headers: answerHeaders(part.headers, status), body: part.body };
      else if (part.body.length > 0) yield { body: part.body };
      isFirst = false;
    }
  }

  async subscribeStream(request: StreamRequest, context: CallContext): Promise<Subscription> {
    const asked = { ...this.#head(context), ...request };
    const { status, data } = await this.#clients.stream.subscribeStream(asked, limits(context));
    return {
      status: permissions[status] ?? 'permission-denied',
      ...(data.length > 0 && { initialData: data }),
    };
  }

  async publishStream(request: StreamRequest, context: CallContext): Promise<Publication> {
    const asked = { ...this.#head(context), ...request };
    const { status, data } = await this.#clients.stream.publishStream(asked, limits(context));
    return { status: permissions[status] ?? 'permission-denied', ...(data.length > 0 && { data }) };
  }

  /** What isn't read stops the plugin at the connection's window. */
  async *runStream(request: StreamRequest, context: CallContext): AsyncGenerator<StreamPacket> {
    const asked = { ...this.#head(context), ...request };
    for await (const { data } of this.#clients.stream.runStream(asked, { signal: context.signal })) {
      yield { data };
    }
  }

  #head(context: CallContext) {
    return {
      pluginContext: pluginContext(this.#facts, context),
      headers: callHeaders(context.headers),
    };
  }
}
