/**
 * The one catalogue of coded errors. Everything that comes from outside (a file, a plugin, a
 * configuration, a peer process) and doesn't fit ends as a {@link Problem}: plain data that says what,
 * where, expected, found, and what to do. A {@link MortiseError} is a problem that was thrown.
 *
 * docs/errors.md explains each code; a test fails when the page misses or invents one.
 */
export const catalogue = {
  // The file
  MORTISE_ERR_FILE_MISSING: 'There is no file at that path.',
  MORTISE_ERR_FILE_NOT_REGULAR: 'The path is a directory, a device or a socket, not a file.',
  MORTISE_ERR_FILE_UNREADABLE: 'The file exists but cannot be read.',
  MORTISE_ERR_FILE_EMPTY: 'The file has no bytes.',
  MORTISE_ERR_FILE_SIZE: 'The file is larger than any plugin.',
  MORTISE_ERR_FILE_CHANGED: 'The file changed while it was read.',
  MORTISE_ERR_FILE_PERMISSIONS: 'Others than its owner can change the file, and the host refuses that.',
  MORTISE_WARN_FILE_PERMISSIONS: 'Others than its owner can change the file.',
  MORTISE_ERR_WORKING_DIRECTORY: 'The working directory of the process cannot be read.',
  MORTISE_ERR_NAME_NOT_FOUND: 'No file of that name is in any search directory.',
  MORTISE_ERR_BUNDLE: 'A plugin.json does not describe a plugin.',
  // The binary
  MORTISE_ERR_BINARY_FORMAT: 'The file is not an ELF, Mach-O or PE image.',
  MORTISE_ERR_BINARY_TRUNCATED: 'The image refers to bytes past the end of the file.',
  MORTISE_ERR_BINARY_MALFORMED: 'The image contradicts itself.',
  MORTISE_ERR_BINARY_LIMIT: 'The image declares more than any real library has.',
  MORTISE_ERR_FORMAT_MISMATCH: 'The image is for another operating system.',
  MORTISE_ERR_ARCH_MISMATCH: 'The image is for another processor.',
  MORTISE_ERR_LIBC_MISMATCH: 'The image was built for another C library.',
  MORTISE_ERR_LIBC_VERSION: 'The image needs a newer C library than the one that runs.',
  MORTISE_ERR_OS_VERSION: 'The image needs a newer system than the target.',
  MORTISE_ERR_NOT_A_LIBRARY: 'The image is an executable or an object file, not a shared library.',
  MORTISE_ERR_DEPENDENCY_MISSING: 'A library that the image needs cannot be found.',
  MORTISE_ERR_DEPENDENCY_VERSION: 'A library that was found does not define a version that is needed of it.',
  MORTISE_ERR_SYMBOL_UNDEFINED: 'Nothing defines a symbol that the image or one of its libraries imports.',
  MORTISE_WARN_DEPENDENCY_UNSURE: 'A library that the image needs is missing on many machines of the target.',
  MORTISE_ERR_NOT_OPENABLE: 'The image was linked so that no running program may open it.',
  MORTISE_ERR_PAGE_SIZE: 'The segments of the image cannot be mapped in pages of this system’s size.',
  MORTISE_ERR_RELR_MARKER: 'The image has packed relocations without the version need that marks them.',
  MORTISE_ERR_STATIC_TLS: 'The image needs more thread-local storage from a thread’s start on than is left.',
  MORTISE_ERR_CODE_SIGNATURE:
    'The system maps no code without a signature, and this has none, or a damaged one.',
  MORTISE_ERR_CPU_LEVEL: 'The image needs a processor with more instructions.',
  MORTISE_ERR_SANITIZER: 'The image was built with a sanitizer that would end this process.',
  MORTISE_ERR_EXEC_STACK: 'The image asks for an executable stack, and the C library refuses that.',
  MORTISE_WARN_EXEC_STACK: 'The image asks for an executable stack.',
  MORTISE_WARN_SHADOWED_SYMBOL: 'The image exports symbols that Node.js or the C library also exports.',
  MORTISE_WARN_UNIQUE_SYMBOL: 'The image has variables that a process keeps once for all its libraries.',
  MORTISE_WARN_RUNPATH: 'The image has its libraries searched where others can put theirs.',
  MORTISE_WARN_DEPENDENCY_LOADED:
    'This process already has another library of that name, which the image gets.',
  MORTISE_WARN_PROCESS_SYMBOLS:
    'This process answers imports of the plugin before the libraries that should.',
  // Identity
  MORTISE_ERR_NOT_A_PLUGIN: 'The library exports what no dialect knows.',
  MORTISE_ERR_ENTRY_MISSING: 'The plugin has none of the entry points that would make it useful.',
  MORTISE_ERR_INFO_MISSING: 'The plugin has entry points, but no module_info that says who it is.',
  MORTISE_ERR_INFO_NAME: 'A name in the identity is invalid.',
  MORTISE_ERR_INFO_LAYOUT: 'module_info has a wrong magic or size.',
  MORTISE_ERR_INFO_STRING: 'A string in the identity is not terminated, empty, or not UTF-8.',
  MORTISE_ERR_INFO_VERSION: 'A version in the identity is not a version.',
  MORTISE_ERR_ABI_MISMATCH: 'The plugin was built against an ABI that this host does not have.',
  MORTISE_ERR_PARSER_MISMATCH: 'The plugin reads syntax trees of another parser version.',
  MORTISE_ERR_TOOLCHAIN_MISMATCH: 'The plugin was built by another compiler than the one asked for.',
  MORTISE_ERR_BRIDGE:
    'No bridge hands over the types of the compiler and parser that the plugin was built with.',
  MORTISE_WARN_PARSER_UNKNOWN: 'The plugin does not say which parser’s syntax trees it reads.',
  MORTISE_WARN_UNCONTAINED: 'A fault of the plugin ends the process, and no host can prevent it.',
  MORTISE_ERR_NAME_DUPLICATE: 'Another plugin already has that name.',
  // Bundles
  MORTISE_ERR_SOURCE: 'A directory of bundles cannot be looked into.',
  MORTISE_ERR_BUNDLE_OUTSIDE: 'A path or a link of a bundle leads out of its directory.',
  MORTISE_ERR_BUNDLE_DUPLICATE: 'Another bundle already has that id.',
  MORTISE_ERR_BUNDLE_CHANGED: 'A file of the bundle is not the one that was packed.',
  MORTISE_ERR_BUNDLE_PLATFORM: 'A library of the bundle is for another platform than the bundle says.',
  MORTISE_ERR_PACK_WRITE: 'A tarball cannot be written.',
  MORTISE_ERR_REGISTRY: 'A plugin cannot be fetched from npm’s registry.',
  MORTISE_ERR_INTEGRITY: 'A package is not what its registry promised, or the registry promises nothing.',
  MORTISE_ERR_BUNDLE_EXECUTABLE: 'The bundle has no program for this platform.',
  MORTISE_ERR_BUNDLE_DEPENDENCY: 'The bundle needs another version of Grafana, or a bundle that is not here.',
  MORTISE_WARN_BUNDLE_STANDALONE: 'The bundle sends its calls to a server that is started by itself.',
  MORTISE_ERR_TRUST_KEY: 'A key of the trust store cannot be read.',
  MORTISE_ERR_SIGNATURE_MISSING: 'The bundle is not signed.',
  MORTISE_ERR_SIGNATURE_INVALID: 'The signature of the bundle proves nothing.',
  MORTISE_ERR_SIGNATURE_MODIFIED: 'The bundle is not what was signed.',
  MORTISE_WARN_SIGNATURE: 'The signature of the bundle does not hold, and nobody asks for one.',
  // The lock file
  MORTISE_ERR_LOCK_MISSING: 'There is no lock file, or it cannot be read.',
  MORTISE_ERR_LOCK_INVALID: 'The lock file is damaged.',
  MORTISE_ERR_LOCK_SCHEMA: 'The lock file was written by a later mortise.',
  MORTISE_ERR_LOCK_UNLISTED: 'The plugin is not in the lock file.',
  MORTISE_ERR_LOCK_CHANGED: 'The plugin differs from what the lock file has.',
  MORTISE_ERR_LOCK_WRITE: 'The lock file cannot be written.',
  // Services
  MORTISE_ERR_SERVICE_UNKNOWN: 'The plugin needs a service that the host does not have.',
  MORTISE_ERR_SERVICE_VERSION: 'The plugin needs another version of a service.',
  MORTISE_ERR_SERVICE_SIGNATURE: 'Two sides of a service have different functions in mind.',
  MORTISE_ERR_SERVICE_CYCLE: 'Plugins need each other’s services, so none can start first.',
  MORTISE_ERR_SERVICE_CELL: 'A service cell does not hold what the file says.',
  MORTISE_ERR_SERVICE_HIDDEN: 'The host cannot see the cell of a service that the plugin needs.',
  MORTISE_ERR_SERVICE_READ_ONLY: 'The host cannot write to the cell of a service that the plugin needs.',
  MORTISE_ERR_SERVICE_NAME: 'A plugin registered a service under a name that is invalid or not its own.',
  MORTISE_ERR_SERVICE_TABLE: 'A plugin registered a service whose table is invalid.',
  MORTISE_ERR_SERVICE_DUPLICATE: 'A plugin registered the same service twice.',
  MORTISE_ERR_SERVICE_IN_USE: 'Other plugins use the services of a plugin that should stop.',
  MORTISE_ERR_SERVICE_LEASE: 'A plugin released a service that it did not hold.',
  MORTISE_ERR_SERVICE_UNANSWERED: 'A call of a service in TypeScript waited in vain for the main thread.',
  MORTISE_ERR_SERVICE_THREAD: 'A plugin called a function on a thread, or at a time, that its tag forbids.',
  MORTISE_ERR_SERVICE_ARGUMENT: 'A plugin passed a service what it does not take.',
  MORTISE_ERR_CALLBACK_EXPIRED: 'A plugin called a callback after the call that it was for.',
  MORTISE_ERR_SERVICE_LIMIT: 'A plugin asked a built-in service for more than it gives.',
  MORTISE_ERR_FILES_DIRECTORY: 'A directory that plugins should reach cannot be opened.',
  MORTISE_ERR_FILES_OUTSIDE: 'A plugin asked for a file outside the directories that it may reach.',
  MORTISE_ERR_TASK_STUCK: 'A task or a call of a plugin did not end when the plugin should stop.',
  MORTISE_WARN_SERVICE_MISSING: 'A plugin says that it provides a service, and did not register it.',
  MORTISE_WARN_SERVICE_UNSTATED: 'A plugin does not state the functions of a service.',
  MORTISE_WARN_SERVICE_UNDECLARED: 'A plugin registered a service that its file does not say.',
  MORTISE_WARN_MEMORY_LEAK: 'A plugin did not release all that it allocated.',
  MORTISE_WARN_PROBLEMS_LOST: 'Plugins did more wrong than the host could keep.',
  MORTISE_ERR_SYMBOL_MISSING: 'The plugin needs symbols of a server that is not here.',
  MORTISE_ERR_PLUGIN_KIND: 'The plugin is of a kind that only its own server can run.',
  MORTISE_ERR_COMPONENT_LIST: 'What a component of MySQL says of itself is broken.',
  MORTISE_ERR_COMPONENT_HOSTS: 'Too many hosts of the process have components of MySQL.',
  MORTISE_ERR_SERVICE_SCHEMA: 'A service is defined or implemented in a way that it cannot be.',
  MORTISE_ERR_SERVICE_FILE: 'The file exports no service of the kind that is asked for.',
  MORTISE_ERR_SERVICE_OFFER: 'The host cannot offer a service that is written in TypeScript.',
  MORTISE_ERR_SERVICE_THREW: 'A service that is written in TypeScript threw.',
  MORTISE_ERR_SERVICE_RESULT:
    'A service that is written in TypeScript answered with a value of the wrong type.',
  MORTISE_ERR_SERVICE_ABSENT: 'No plugin that is ready provides the service.',
  MORTISE_ERR_SERVICE_HANDLE: 'A function of a plugin was passed a handle that is not its own, or not live.',
  MORTISE_ERR_SERVICE_FAILED: 'A function of a plugin’s service failed.',
  // Loading
  MORTISE_ERR_COPY_FAILED: 'The private copy of the plugin could not be made.',
  MORTISE_ERR_LOAD_FAILED: 'The library or its options could not be loaded.',
  MORTISE_ERR_REGISTER_FAILED: 'module_register reported an error.',
  MORTISE_ERR_INIT_FAILED: 'module_init reported an error.',
  MORTISE_ERR_CONFIG_VALUE: 'The plugin refused a value of its configuration.',
  MORTISE_ERR_LOAD_CRASHED: 'The plugin ended its process while it was tried out.',
  MORTISE_ERR_LOAD_TIMEOUT: 'The plugin did not come back while it was tried out.',
  MORTISE_ERR_TEST_LEAK: 'The plugin leaves something behind each time that it is stopped.',
  MORTISE_WARN_STDOUT_NOISE: 'The plugin printed while it was tried out.',
  MORTISE_WARN_LEAKED_THREAD: 'The plugin left threads running after module_fini.',
  MORTISE_WARN_CONFIG_UNUSED: 'The plugin never asked for a value of its configuration.',
  // Configuration
  MORTISE_ERR_CONFIG_MISSING: 'The configuration file does not exist or cannot be read.',
  MORTISE_ERR_CONFIG_SYNTAX: 'The configuration file is not TOML.',
  MORTISE_ERR_CONFIG_KEY: 'The configuration has a key that mortise does not know.',
  MORTISE_ERR_CONFIG_TYPE: 'A value of the configuration has the wrong type.',
  MORTISE_ERR_CONFIG_EDIT: 'The configuration is written in a way that mortise does not change.',
  MORTISE_ERR_CONFIG_WRITE: 'The configuration or the directory of plugins cannot be written.',
  MORTISE_ERR_COLLECTD_FILE: 'A file of a collectd.conf cannot be read or is too large.',
  MORTISE_ERR_COLLECTD_SYNTAX: 'A line of a collectd.conf is not valid.',
  MORTISE_ERR_COLLECTD_INCLUDE: 'A collectd.conf includes what cannot be included.',
  MORTISE_ERR_COLLECTD_OPTION:
    'A collectd.conf has an option that mortise does not know, or a value that does not fit.',
  MORTISE_WARN_COLLECTD_OPTION: 'A line of a collectd.conf has no effect.',
  MORTISE_ERR_COLLECTD_HOST: 'Another host in this process has plugins of collectd’s.',
  MORTISE_ERR_COLLECTD_LIBRARY: 'The library that collectd’s plugins are linked to cannot be opened.',
  MORTISE_WARN_COLLECTD_INIT:
    'An init callback of a collectd plugin failed, and the plugin goes on without its reader.',
  MORTISE_WARN_COLLECTD_HOSTNAME: 'The name of this machine has no fully qualified form.',
  MORTISE_WARN_COLLECTD_TYPES: 'A host with plugins of collectd’s has no types.db.',
  MORTISE_ERR_COLLECTD_CHAIN: 'A filter chain of a collectd.conf is not valid.',
  MORTISE_WARN_COLLECTD_CHAIN: 'A match or a target of a filter chain failed.',
  MORTISE_ERR_PARSER_PACKAGE: 'The parser that the host should use is not installed.',
  // Routing
  MORTISE_ERR_QUERY: 'The query is invalid.',
  MORTISE_ERR_PARAMETER: 'A bind parameter is invalid.',
  MORTISE_ERR_ROUTE_SHARD: 'A plugin answered with a shard that does not exist.',
  MORTISE_ERR_ROUTE_ANSWER: 'A plugin answered with a value outside its enumeration.',
  MORTISE_ERR_ROUTE_FAILED: 'A plugin reported an error instead of an answer.',
  MORTISE_ERR_ROUTE_REASON: 'A plugin blocked a query with a reason that is not valid.',
  // Collecting
  MORTISE_ERR_COLLECT_DATA_SET: 'A data set that a plugin defines is not valid.',
  MORTISE_ERR_COLLECT_TYPES_DB: 'A line of a types.db is not valid.',
  MORTISE_ERR_COLLECT_NAME_TAKEN: 'A reader, writer or other callback has no name, or one that is taken.',
  MORTISE_ERR_COLLECT_CLOSED: 'A callback was registered when the collector had been shut down.',
  MORTISE_ERR_COLLECT_THREAD: 'The system gives no thread for a writer.',
  MORTISE_ERR_COLLECT_BUFFER: 'The buffer on disk of a writer cannot be used.',
  MORTISE_WARN_COLLECT_BUFFER: 'The disk takes nothing more for the buffer of a writer.',
  MORTISE_WARN_COLLECT_REFUSED: 'A value or a notification was refused.',
  MORTISE_WARN_COLLECT_READ: 'A reader failed, or takes longer than its interval.',
  MORTISE_WARN_COLLECT_DROPPED: 'Values were dropped because a writer was too slow.',
  MORTISE_WARN_COLLECT_STUCK:
    'A reader, a writer, a flush or a shutdown still ran when the collector had to end.',
  MORTISE_ERR_COLLECT_REPORT: 'A report of values, or a notification, is invalid.',
  MORTISE_ERR_COLLECT_CALLBACK:
    'A call about readers, writers or values is not valid, or there is none of that name.',
  MORTISE_ERR_COLLECT_READER: 'A reader that is written in TypeScript threw.',
  MORTISE_ERR_COLLECT_WRITER: 'A writer that is written in TypeScript threw.',
  MORTISE_ERR_COLLECT_LISTEN: 'The endpoint that Prometheus reads cannot be opened.',
  MORTISE_WARN_COLLECT_EXPORT: 'An OpenTelemetry receiver did not take values.',
  // Querying
  MORTISE_ERR_QUERY_DEFINITION: 'A data source that is written in TypeScript is not valid.',
  MORTISE_ERR_QUERY_VALUES: 'Values that a frame is made of are not valid.',
  MORTISE_ERR_QUERY_REQUEST: 'A query is not one that a data source can be asked.',
  MORTISE_ERR_QUERY_SETTINGS: 'Settings of a data source are not valid.',
  MORTISE_ERR_QUERY_SOURCE: 'No data source has that name.',
  MORTISE_ERR_QUERY_UNIMPLEMENTED: 'The plugin is not a data source, or lacks the method.',
  MORTISE_ERR_QUERY_UNAVAILABLE: 'The plugin of a data source is not ready.',
  MORTISE_ERR_QUERY_BUSY: 'Too many calls of a data source wait.',
  MORTISE_ERR_QUERY_TIMEOUT: 'A data source did not answer in time.',
  MORTISE_ERR_QUERY_CANCELED: 'A query was cancelled.',
  MORTISE_ERR_QUERY_FAILED: 'A data source failed.',
  MORTISE_ERR_QUERY_ANSWER: 'A data source answered with what was not asked.',
  MORTISE_ERR_QUERY_FRAME: 'A frame of a data source is damaged, or is not Arrow.',
  MORTISE_ERR_QUERY_SIZE: 'An answer of a data source is larger than the host takes.',
  // Programs
  MORTISE_ERR_PEER_MISSING: 'A package that only some hosts need is not installed.',
  MORTISE_ERR_PROGRAM_OPTION: 'An option for a program is not valid.',
  MORTISE_ERR_PROGRAM_FILE: 'The file is not a program that this user can start.',
  MORTISE_ERR_PROGRAM_CHECKSUM: 'The program is not the one whose checksum was given.',
  MORTISE_ERR_SOCKET_DIRECTORY: 'A directory is not fit for the sockets of a program.',
  MORTISE_ERR_PROGRAM_START: 'The system did not start the program.',
  MORTISE_ERR_PROGRAM_EXITED: 'The program ended before its handshake.',
  MORTISE_ERR_HANDSHAKE: 'What a program printed first is not a handshake.',
  MORTISE_ERR_HANDSHAKE_TIMEOUT: 'The program did not print its handshake in time.',
  MORTISE_ERR_PROTOCOL: 'The program speaks a protocol that this host does not.',
  MORTISE_ERR_PROTOCOL_VERSION: 'The program speaks none of the versions that were offered.',
  MORTISE_ERR_PROGRAM_UNHEALTHY: 'The program says that it cannot serve.',
  MORTISE_ERR_PROGRAM_ENDED: 'The program has ended, and the call with it.',
  MORTISE_ERR_QUARANTINED: 'A plugin ended too often, and is not started again.',
  MORTISE_ERR_REATTACH: 'There is no program to attach to.',
  MORTISE_ERR_CALL_TIMEOUT: 'A program did not answer before the deadline of the call.',
  MORTISE_ERR_CALL_CANCELED: 'A call of a program was cancelled.',
  MORTISE_ERR_CALL_UNIMPLEMENTED: 'The program does not have the method.',
  MORTISE_ERR_CALL_UNAVAILABLE: 'The program runs, and cannot be reached.',
  MORTISE_ERR_CALL_SIZE: 'A message is larger than its receiver takes.',
  MORTISE_ERR_CALL_PANIC: 'The program panicked in a call, and lives on.',
  MORTISE_ERR_CALL_FAILED: 'A program answered a call with an error.',
  MORTISE_ERR_BROKER: 'A connection beside the program’s own did not come about.',
  // ADBC's drivers
  MORTISE_ERR_ADBC_MANIFEST: 'A manifest does not lead to a driver.',
  MORTISE_WARN_ADBC_MANIFEST: 'A manifest and its driver are of different versions.',
  MORTISE_ERR_ADBC_PROFILE: 'A connection profile is missing or wrong.',
  MORTISE_ERR_ADBC_ENTRY: 'A driver does not export the function that starts it.',
  MORTISE_WARN_ADBC_DRIVER: 'A release of a driver has a fault that no host can mend.',
  MORTISE_ERR_ADBC_INIT: 'The init of a driver failed, or left out functions that every driver has.',
  MORTISE_ERR_ADBC_OPTION: 'An option of a database is not valid.',
  MORTISE_ERR_ADBC_FAILED: 'A driver, or its database, answered with an error.',
  MORTISE_ERR_ADBC_UNSUPPORTED: 'A driver does not have a function that was asked for.',
  MORTISE_ERR_ADBC_CONTRACT: 'A driver broke the rules of ADBC or Arrow.',
  MORTISE_ERR_ADBC_PARAMETER: 'What was given to a statement is not valid.',
  MORTISE_ERR_ADBC_BUSY: 'No connection was free in time, or one did not end.',
  MORTISE_ERR_ADBC_IN_USE: 'A connection was asked for a second thing at once.',
  MORTISE_ERR_ADBC_TRANSACTION: 'A transaction was begun in SQL, where nothing keeps its connection.',
  MORTISE_ERR_ADBC_CLOSED: 'The database, transaction or statement was closed.',
  MORTISE_ERR_GRAFANA_ANSWER: 'A plugin of Grafana’s answered with something that is not an answer.',
  // Headers
  MORTISE_ERR_TOOL_MISSING: 'A program that this command runs is not installed.',
  MORTISE_ERR_ABI_HEADERS: 'The headers do not compile, or none were found.',
  MORTISE_ERR_ABI_DEBUG: 'The compiler wrote debug information that mortise cannot read.',
  MORTISE_ERR_ABI_SNAPSHOT: 'The file is not an ABI snapshot, or not one that compares with the other.',
  MORTISE_ERR_ABI_KIND:
    'The two sides are not of one kind: headers or snapshots of one language, or services.',
  MORTISE_ERR_ABI_VERSION: 'The ABI changed without the version step that the change calls for.',
  // The host
  MORTISE_ERR_HOST_CLOSED: 'The host was closed.',
  MORTISE_ERR_PLUGIN_UNKNOWN: 'The registry has no plugin of that name.',
  MORTISE_ERR_PLUGIN_DECOMMISSIONED: 'The plugin was taken out of the registry.',
  MORTISE_ERR_PLUGIN_PERMANENT: 'The plugin is a part of the host, and cannot be taken out.',
  MORTISE_ERR_PLUGIN_REQUIRED: 'A plugin that the configuration calls required is not ready.',
  MORTISE_ERR_PLUGIN_FUNCTION: 'No plugin that is ready does that, or the plugin was stopped.',
  MORTISE_ERR_PLUGIN_ARGUMENT: 'A function of a plugin was called with what it does not take.',
  MORTISE_ERR_PLUGIN_FAILED: 'A function of a plugin failed.',
  MORTISE_ERR_ADDON: 'The native part of mortise cannot be loaded.',
  MORTISE_ERR_TARGET: 'No platform of that name is known.',
  MORTISE_ERR_TARGET_UNSERVED: 'No file is built for a platform that was named.',
  MORTISE_ERR_LISTEN: 'A server of the command line cannot listen on its address.',
  MORTISE_ERR_INSPECT: 'No host answers where `mortise top` asks.',
  MORTISE_ERR_OUTPUT: 'The output of a command cannot be written.',
  MORTISE_ERR_USAGE: 'The command was called in a way that it does not know.',
} as const;

/** A stable name for one kind of problem; `MORTISE_ERR_…` refuses, `MORTISE_WARN_…` does not. */
export type ErrorCode = keyof typeof catalogue;

/** What did not fit, as plain data: it survives JSON and structured clone. */
export interface Problem {
  code: ErrorCode;
  /** One line, without the code: "plugin 1.3, host 1.2". */
  message: string;
  /** The file, plugin, service or configuration that the problem is about. */
  subject?: string;
  /** The place inside the subject: a symbol, an offset, "line 4", a key. */
  where?: string;
  expected?: string;
  found?: string;
  /** What to do, as a sentence. */
  remedy?: string;
}

/** A problem that refuses nothing. */
export type Warning = Problem & { code: Extract<ErrorCode, `MORTISE_WARN_${string}`> };

export function isWarning(problem: Problem): problem is Warning {
  return problem.code.startsWith('MORTISE_WARN_');
}

const brand = Symbol.for('mortise.MortiseError');

/**
 * Everything that mortise throws. `instanceof` also holds across two installed copies of the package.
 */
export class MortiseError extends Error implements Problem {
  readonly #problems: readonly [Problem, ...Problem[]];

  constructor(problem: Problem | readonly [Problem, ...Problem[]], options?: { cause?: unknown }) {
    const problems: readonly [Problem, ...Problem[]] = isList(problem) ? problem : [problem];
    super(problems.map(describe).join('\n'), options);
    this.#problems = problems;
  }

  // Getters, all of them: Node.js shows each own field of an uncaught error after its message, which has them already.
  override get name(): string {
    return 'MortiseError';
  }

  get code(): ErrorCode {
    return this.#problems[0].code;
  }

  get subject(): string | undefined {
    return this.#problems[0].subject;
  }

  get where(): string | undefined {
    return this.#problems[0].where;
  }

  get expected(): string | undefined {
    return this.#problems[0].expected;
  }

  get found(): string | undefined {
    return this.#problems[0].found;
  }

  get remedy(): string | undefined {
    return this.#problems[0].remedy;
  }

  /** All problems when there are several; the error's own fields are those of the first. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get [brand](): true {
    return true;
  }

  static override [Symbol.hasInstance](value: unknown): value is MortiseError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }

  toJSON(): Problem & { problems: readonly Problem[] } {
    const { code, message, subject, where, expected, found, remedy } = this.#problems[0];
    return { code, message, subject, where, expected, found, remedy, problems: this.problems };
  }
}

function isList(
  problem: Problem | readonly [Problem, ...Problem[]],
): problem is readonly [Problem, ...Problem[]] {
  return Array.isArray(problem);
}

/**
 * A problem as the block of lines that a person reads:
 * ```
 * tenant_router.so: MORTISE_ERR_ABI_MISMATCH: plugin 1.3, host 1.2
 *   where     module_info.abi
 *   expected  1.2 or lower
 *   found     1.3
 *   fix       Rebuild the plugin against mortise 0.1.
 * ```
 */
export function describe(problem: Problem): string {
  const head = [problem.subject, problem.code, problem.message].filter(Boolean).join(': ');
  const rows: [string, string | undefined][] = [
    ['where', problem.where],
    ['expected', problem.expected],
    ['found', problem.found],
    ['fix', problem.remedy],
  ];
  const lines = rows.filter(([, text]) => text).map(([label, text]) => `  ${label.padEnd(9)} ${text}`);
  return [head, ...lines].join('\n');
}
