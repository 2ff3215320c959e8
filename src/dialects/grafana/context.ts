/**
 * For whom a call is, as the plugin gets it. The same settings are the same bytes on every call: Grafana's SDK builds its
 * instances anew when any of it changed. All of it is always there: the SDK panics without.
 */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AppSettings, DataSourceSettings, SourceContext } from '../../capabilities/querying/source.js';
import { jsonBytes } from './json.js';
import type { GrafanaFacts } from './settings.js';
import type { PluginContextSchema } from './wire/context_pb.js';

export interface PluginFacts {
  id: string;
  version: string;
  grafana: GrafanaFacts;
}

type PluginContext = MessageInitShape<typeof PluginContextSchema>;

const goNames: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64', ia32: '386' };
const goName = (name: string) => goNames[name] ?? name;

export function pluginContext(
  { id, version, grafana }: PluginFacts,
  { dataSource, orgId, user, app }: SourceContext,
): PluginContext {
  return {
    orgId: BigInt(orgId),
    pluginId: id,
    pluginVersion: version,
    ...(user && { user: { ...user } }),
    ...(app && { appInstanceSettings: appOf(app) }),
    dataSourceInstanceSettings: dataSourceOf(dataSource),
    grafanaConfig: { ...grafana.config },
    userAgent: `Grafana/${grafana.version} (${goName(process.platform)}; ${goName(process.arch)})`,
    namespace: orgId === 1 ? 'default' : `org-${orgId}`,
  };
}

function dataSourceOf(settings: DataSourceSettings): PluginContext['dataSourceInstanceSettings'] {
  return {
    ...{ id: BigInt(settings.id), uid: settings.uid, name: settings.name },
    ...{ url: settings.url, user: settings.user, database: settings.database },
    ...{ basicAuthEnabled: settings.basicAuth, basicAuthUser: settings.basicAuthUser },
    ...sharedOf(settings),
  };
}

const appOf = (settings: AppSettings): PluginContext['appInstanceSettings'] => sharedOf(settings);

const written = new WeakMap<object, Uint8Array>();

function sharedOf({ options, secrets, updated }: AppSettings) {
  const jsonData = written.get(options) ?? jsonBytes(options);
  written.set(options, jsonData);
  return { jsonData, decryptedSecureJsonData: { ...secrets }, lastUpdatedMS: BigInt(updated.getTime()) };
}
