/** What mortise.toml says of a plugin of Grafana's. */
import { type Rule, type Rules, release, table, text, texts } from '../../config/rules.js';
import type { ConfigTable } from '../../config/value.js';
import type { Problem } from '../../errors.js';
import {
  brokenSettings,
  camelSettings,
  type ProgramSettings,
  programRules,
  variables,
} from '../goplugin/settings.js';

/** The Grafana that the host stands for, as far as plugins are told of it. */
export interface GrafanaFacts {
  /** As semver has it. */
  version: string;
  edition: string;
  /** Where people find it; undefined: nowhere. */
  appUrl?: string;
  featureToggles: readonly string[];
  /** Further values of the plugin context's configuration: GF_SQL_ROW_LIMIT and the like. */
  config: Readonly<Record<string, string>>;
}

export interface GrafanaSettings {
  /** By name, as the plugin's documentation has them. */
  plugin: Readonly<Record<string, string>>;
  grafana: GrafanaFacts;
  program: Omit<ProgramSettings, 'cookie' | 'versions'>;
}

const isScalar = (value: unknown) => ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
/** Each becomes a variable of the environment. */
const pluginSettings: Rule = {
  fits: (value) =>
    table.fits(value) &&
    Object.entries(value as object).every(([key, one]) => /^[\w.-]+$/.test(key) && isScalar(one)),
  expected: 'a table of strings, numbers or booleans, with names of letters, digits, ".", "_" and "-"',
};

const rules: Rules = { settings: pluginSettings, grafana: table, ...programRules };
const grafanaRules: Rules = {
  version: release,
  edition: text,
  app_url: text,
  feature_toggles: texts,
  config: variables,
};

/**
 * Undefined when there are problems.
 * @param version of the Grafana that the host stands for, unless the settings say another
 */
export function settingsOf(
  config: ConfigTable,
  subject: string,
  version = '12.4.0',
): { settings?: GrafanaSettings; problems: Problem[] } {
  const problems = brokenSettings(config, { grafana: grafanaRules }, rules, subject);
  if (problems.length > 0) return { problems };
  const {
    settings = {},
    grafana = {},
    ...program
  } = config as {
    settings?: ConfigTable;
    grafana?: Record<string, unknown>;
  } & ConfigTable;
  return {
    settings: {
      plugin: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)])),
      grafana: factsOf(grafana, version),
      program: camelSettings(program) as unknown as GrafanaSettings['program'],
    },
    problems,
  };
}

/** What Grafana sends when its administrator changed nothing. Its libraries for SQL refuse to work without some of these. */
const usual = {
  GF_RESPONSE_LIMIT: '0',
  GF_SQL_MAX_CONN_LIFETIME_SECONDS_DEFAULT: '14400',
  GF_SQL_MAX_IDLE_CONNS_DEFAULT: '100',
  GF_SQL_MAX_OPEN_CONNS_DEFAULT: '100',
  GF_SQL_ROW_LIMIT: '1000000',
};

function factsOf(given: Record<string, unknown>, version: string): GrafanaFacts {
  const { app_url: appUrl, feature_toggles: toggles = [] } = given as {
    app_url?: string;
    feature_toggles?: string[];
  };
  return {
    version: (given.version as string | undefined) ?? version,
    edition: (given.edition as string | undefined) ?? 'Open Source',
    ...(appUrl !== undefined && { appUrl }),
    featureToggles: toggles,
    config: {
      ...usual,
      ...(appUrl !== undefined && { GF_APP_URL: appUrl }),
      ...(toggles.length > 0 && { GF_INSTANCE_FEATURE_TOGGLES_ENABLE: toggles.join(',') }),
      ...(given.config as Record<string, string> | undefined),
    },
  };
}
