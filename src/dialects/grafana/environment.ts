/** What a plugin of Grafana's finds in its environment: its settings, and whom it runs for. */
import type { GrafanaSettings } from './settings.js';

/** The way to the network. Of the host's own variables these alone go on, as in Grafana. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

/** @param version the plugin's */
export function environmentOf(
  { plugin, grafana, program }: GrafanaSettings,
  version: string,
): { env: Record<string, string>; hostEnv: string[] } {
  const { appUrl, featureToggles } = grafana;
  return {
    env: {
      GF_VERSION: grafana.version,
      GF_EDITION: grafana.edition,
      ...(appUrl !== undefined && { GF_APP_URL: appUrl }),
      ...(featureToggles.length > 0 && { GF_INSTANCE_FEATURE_TOGGLES_ENABLE: featureToggles.join(',') }),
      GF_PLUGIN_VERSION: version,
      ...Object.fromEntries(
        Object.entries(plugin).map(([key, value]) => [`GF_PLUGIN_${key.toUpperCase()}`, value]),
      ),
      ...program.env,
    },
    hostEnv: proxies,
  };
}
