/** Real drivers, where they can be had. */
import { adbcDrivers } from '../../../scripts/adbc-drivers.mjs';

type Name = 'sqlite' | 'postgresql' | 'flightsql' | 'snowflake' | 'duckdb';

/** By name; what can't be had here is undefined. */
export const drivers: Readonly<Record<Name, string | undefined>> = {
  sqlite: adbcDrivers(['sqlite'])?.sqlite,
  postgresql: adbcDrivers(['postgresql'])?.postgresql,
  flightsql: adbcDrivers(['flightsql'])?.flightsql,
  snowflake: adbcDrivers(['snowflake'])?.snowflake,
  duckdb: adbcDrivers(['duckdb'])?.duckdb,
};

/** The end of a suite's name: what it lacks here. */
export function needs(...names: readonly Name[]): string {
  const missing = names.filter((name) => drivers[name] === undefined);
  return missing.length > 0 ? ` (needs the ADBC driver ${missing.join(', ')}: npm run adbc-drivers)` : '';
}

export const lacks = (...names: readonly Name[]) => names.some((name) => drivers[name] === undefined);
