/** The files of ADBC drivers, by name. Undefined when one of them can't be had here. */
export declare function adbcDrivers<
  Name extends 'sqlite' | 'postgresql' | 'flightsql' | 'snowflake' | 'duckdb',
>(names: readonly Name[]): Record<Name, string> | undefined;
