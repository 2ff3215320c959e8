/** The service of a plugin that parses SQL for its host, whose parser is then that plugin's: include/mortise/sql_parser.h. */
export const parserService = { name: 'sql.parser', major: 1 };

/** Whether a service is a parser. */
export const isParser = ({ name, major }: { name: string; major: number }): boolean =>
  name === parserService.name && major === parserService.major;
