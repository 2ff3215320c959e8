/** What the facade fills in for a call of a data source. */
import type {
  CallContext,
  DataSourceSettings,
  QueryRequest,
} from '../../../src/capabilities/querying/source.js';

export const settings: DataSourceSettings = {
  ...{ id: 1, uid: 'csv', name: 'CSV files', type: 'mortise-csv-datasource' },
  ...{ url: '', user: '', database: '', basicAuth: false, basicAuthUser: '' },
  ...{ options: {}, secrets: {}, updated: new Date(1_000) },
};

export function context(given: Partial<CallContext> = {}): CallContext {
  return {
    ...{ dataSource: settings, orgId: 1, headers: {}, signal: new AbortController().signal },
    ...{ deadline: undefined, ...given },
  };
}

const day = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T00:00:00Z') };

/** @param queries their JSON, by refId */
export function request(queries: Record<string, Record<string, unknown>>, range = day): QueryRequest {
  return {
    queries: Object.entries(queries).map(([refId, json]) => ({
      ...{ refId, json, range, maxDataPoints: 1000, intervalMs: 1000 },
    })),
    range,
  };
}
