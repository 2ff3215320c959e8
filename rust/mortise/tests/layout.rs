//! The Rust structs have the sizes, offsets and constants of the C headers, as a C compiler sees them.

use mortise::sys;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// What both sides print, one line a fact: Rust's own here, and the C program that prints the header's.
#[derive(Default)]
struct Facts {
    rust: String,
    c: String,
}

macro_rules! layout {
    ($facts:ident, $c:literal = $rust:ty { $($c_member:literal = $($member:ident).+),* $(,)? }) => {
        layout!(@line $facts, $c, "size", size_of::<$rust>(), concat!("sizeof(", $c, ")"));
        layout!(@line $facts, $c, "alignment", align_of::<$rust>(), concat!("_Alignof(", $c, ")"));
        $(layout!(@line $facts, $c, $c_member, std::mem::offset_of!($rust, $($member).+),
            concat!("offsetof(", $c, ", ", $c_member, ")"));)*
        // A member that one side has and the other hasn't shows in the sum of the members' sizes.
        layout!(@line $facts, $c, "sum of members", {
            let zeroed = std::mem::MaybeUninit::<$rust>::zeroed();
            let zeroed = zeroed.as_ptr();
            // SAFETY: only addresses are taken.
            0 $(+ size_behind(unsafe { &raw const (*zeroed).$($member).+ }))*
        }, concat!("0" $(, " + sizeof(((", $c, " *)0)->", $c_member, ")")*));
    };
    (@line $facts:ident, $c:literal, $what:expr, $rust:expr, $in_c:expr) => {{
        writeln!($facts.rust, "{} {} {}", $c, $what, $rust).unwrap();
        writeln!($facts.c, "printf(\"{} {} %zu\\n\", (size_t)({}));", $c, $what, $in_c).unwrap();
    }};
}

macro_rules! constants {
    ($facts:ident, $($c:ident = $rust:expr),* $(,)?) => {
        $(
            writeln!($facts.rust, "{} {}", stringify!($c), i64::from($rust)).unwrap();
            writeln!($facts.c, "printf(\"{0} %lld\\n\", (long long){0});", stringify!($c)).unwrap();
        )*
    };
}

fn size_behind<T>(_: *const T) -> usize {
    size_of::<T>()
}

fn facts() -> Facts {
    let mut facts = Facts::default();
    layout!(facts, "mortise_text" = sys::Text { "data" = data, "size" = size });
    layout!(facts, "mortise_reply" = sys::Reply { "size" = size, "reserved" = reserved, "give" = give });
    layout!(facts, "mortise_room" = sys::Room {
        "reply" = reply, "data" = data, "capacity" = capacity, "bytes" = bytes
    });
    layout!(facts, "mortise_value" = sys::Value { "type" = type_, "count" = count, "as" = data });
    layout!(facts, "mortise_member" = sys::Member { "key" = key, "value" = value });
    layout!(
        facts,
        "struct mortise_config" = sys::Config {
            "size" = size,
            "reserved" = reserved,
            "find" = find,
            "refuse" = refuse,
            "find_in" = find_in,
            "refuse_in" = refuse_in,
        }
    );
    layout!(
        facts,
        "mortise_context" = sys::Context {
            "size" = size,
            "shards" = shards,
            "has_replicas" = has_replicas,
            "has_primary" = has_primary,
            "in_transaction" = in_transaction,
            "write_override" = write_override,
            "sql" = sql,
            "parameters" = parameters,
            "parameter_count" = parameter_count,
            "statement" = statement,
            "parameter_types" = parameter_types,
            "parameter_type_count" = parameter_type_count,
        }
    );
    layout!(
        facts,
        "mortise_error" = sys::Error { "size" = size, "reserved" = reserved, "message" = message }
    );
    layout!(
        facts,
        "mortise_host" = sys::Host {
            "size" = size,
            "abi" = abi,
            "version" = version,
            "plugin" = plugin,
            "path" = path,
            "config" = config,
            "get_service" = get_service,
            "release_service" = release_service,
            "register_service" = register_service,
            "unregister_service" = unregister_service,
        }
    );
    layout!(
        facts,
        "mortise_log_v1" = sys::LogV1Whole {
            "size" = first.size,
            "reserved" = first.reserved,
            "enabled" = first.enabled,
            "write" = first.write,
            "write_fields" = write_fields,
        }
    );
    sql(&mut facts);
    collect(&mut facts);
    services(&mut facts);
    layout!(
        facts,
        "mortise_module_info" = sys::ModuleInfo {
            "magic" = magic,
            "size" = size,
            "reserved" = reserved,
            "abi" = abi,
            "toolchain" = toolchain,
            "name" = name,
            "version" = version,
            "parser" = parser,
            "flags" = flags,
            "reserved_2" = reserved_2,
        }
    );
    layout!(
        facts,
        "mortise_requirement" = sys::Requirement {
            "size" = size,
            "version" = version,
            "flags" = flags,
            "reserved" = reserved,
            "name" = name,
        }
    );
    layout!(
        facts,
        "mortise_provision" = sys::Provision {
            "size" = size,
            "version" = version,
            "flags" = flags,
            "reserved" = reserved,
            "name" = name,
        }
    );
    layout!(
        facts,
        "mortise_parameter" = sys::Parameter {
            "data" = data,
            "size" = size,
            "format" = format,
            "is_null" = is_null,
        }
    );
    layout!(
        facts,
        "mortise_route" = sys::Route {
            "size" = size,
            "target" = target,
            "read_write" = read_write,
            "reserved" = reserved,
            "shard" = shard,
            "sqlstate" = sqlstate,
            "reason" = reason,
        }
    );
    layout!(
        facts,
        "mortise_service" = sys::Service {
            "size" = size,
            "version" = version,
            "name" = name,
            "table" = table,
            "signature" = signature,
        }
    );
    constants!(
        facts,
        MORTISE_ABI_MAJOR = sys::ABI_MAJOR,
        MORTISE_ABI_MINOR = sys::ABI_MINOR,
        MORTISE_OK = sys::OK,
        MORTISE_PASS = sys::PASS,
        MORTISE_ERROR = sys::ERROR,
        MORTISE_VALUE_BOOLEAN = sys::VALUE_BOOLEAN,
        MORTISE_VALUE_INTEGER = sys::VALUE_INTEGER,
        MORTISE_VALUE_DOUBLE = sys::VALUE_DOUBLE,
        MORTISE_VALUE_TEXT = sys::VALUE_TEXT,
        MORTISE_VALUE_LIST = sys::VALUE_LIST,
        MORTISE_VALUE_TABLE = sys::VALUE_TABLE,
        MORTISE_FORMAT_TEXT = sys::FORMAT_TEXT,
        MORTISE_FORMAT_BINARY = sys::FORMAT_BINARY,
        MORTISE_LOG_DEBUG = sys::LOG_DEBUG,
        MORTISE_LOG_INFO = sys::LOG_INFO,
        MORTISE_LOG_WARNING = sys::LOG_WARNING,
        MORTISE_LOG_ERROR = sys::LOG_ERROR,
        MORTISE_MODULE_EXACT_TOOLCHAIN = sys::MODULE_EXACT_TOOLCHAIN,
        MORTISE_MODULE_NEEDS_TREES = sys::MODULE_NEEDS_TREES,
        MORTISE_REQUIREMENT_OPTIONAL = sys::REQUIREMENT_OPTIONAL,
        MORTISE_TARGET_UNKNOWN = sys::TARGET_UNKNOWN,
        MORTISE_TARGET_DIRECT = sys::TARGET_DIRECT,
        MORTISE_TARGET_ALL = sys::TARGET_ALL,
        MORTISE_TARGET_BLOCKED = sys::TARGET_BLOCKED,
        MORTISE_ACCESS_UNKNOWN = sys::ACCESS_UNKNOWN,
        MORTISE_ACCESS_READ = sys::ACCESS_READ,
        MORTISE_ACCESS_WRITE = sys::ACCESS_WRITE,
    );
    let magic = std::str::from_utf8(&sys::MODULE_MAGIC).unwrap().trim_end_matches('\0');
    writeln!(facts.rust, "abi {} magic {magic}", sys::ABI).unwrap();
    facts.c += "puts(\"abi \" MORTISE_STRINGIFY(MORTISE_ABI_MAJOR) \".\" \
                MORTISE_STRINGIFY(MORTISE_ABI_MINOR) \" magic \" MORTISE_MODULE_MAGIC);\n";
    facts
}

fn sql(facts: &mut Facts) {
    layout!(facts, "mortise_sql_statement" = sys::SqlStatement { "kind" = kind, "access" = access, "first_block" = first_block, "block_count" = block_count, "node" = node, "sql" = sql });
    layout!(facts, "mortise_sql_block" = sys::SqlBlock { "kind" = kind, "flags" = flags, "statement" = statement, "parent" = parent });
    layout!(facts, "mortise_sql_table" = sys::SqlTable { "block" = block, "use" = usage, "catalog" = catalog, "schema" = schema, "name" = name, "alias" = alias });
    layout!(facts, "mortise_sql_function" = sys::SqlFunction { "block" = block, "flags" = flags, "schema" = schema, "name" = name });
    layout!(facts, "mortise_sql_comparison" = sys::SqlComparison { "block" = block, "table" = table, "qualifier" = qualifier, "column" = column, "operation" = operation, "value" = value, "type" = type_, "parameter" = parameter, "place" = place, "flags" = flags, "group" = group, "reserved" = reserved });
    layout!(facts, "mortise_sql_summary" = sys::SqlSummary { "size" = size, "outcome" = outcome, "message" = message, "position" = position, "access" = access, "parameter_count" = parameter_count, "statements" = statements, "blocks" = blocks, "tables" = tables, "functions" = functions, "comparisons" = comparisons, "statement_count" = statement_count, "block_count" = block_count, "table_count" = table_count, "function_count" = function_count, "comparison_count" = comparison_count, "reserved" = reserved });
    layout!(facts, "mortise_sql_tree" = sys::SqlTree { "size" = size, "outcome" = outcome, "data" = data, "bytes" = bytes, "id" = id, "message" = message });
    layout!(facts, "mortise_sql_v1" = sys::SqlV1 { "size" = size, "reserved" = reserved, "summary" = summary, "tree" = tree, "fingerprint" = fingerprint, "normalise" = normalise });
    constants!(
        facts,
        MORTISE_SQL_PARSED = sys::SQL_PARSED,
        MORTISE_SQL_SYNTAX_ERROR = sys::SQL_SYNTAX_ERROR,
        MORTISE_SQL_TOO_LONG = sys::SQL_TOO_LONG,
        MORTISE_SQL_TOO_DEEP = sys::SQL_TOO_DEEP,
        MORTISE_SQL_NO_TREE = sys::SQL_NO_TREE,
        MORTISE_SQL_OTHER = sys::SQL_OTHER,
        MORTISE_SQL_SELECT = sys::SQL_SELECT,
        MORTISE_SQL_INSERT = sys::SQL_INSERT,
        MORTISE_SQL_UPDATE = sys::SQL_UPDATE,
        MORTISE_SQL_DELETE = sys::SQL_DELETE,
        MORTISE_SQL_MERGE = sys::SQL_MERGE,
        MORTISE_SQL_COPY = sys::SQL_COPY,
        MORTISE_SQL_TRUNCATE = sys::SQL_TRUNCATE,
        MORTISE_SQL_CALL = sys::SQL_CALL,
        MORTISE_SQL_EXPLAIN = sys::SQL_EXPLAIN,
        MORTISE_SQL_TRANSACTION = sys::SQL_TRANSACTION,
        MORTISE_SQL_SET = sys::SQL_SET,
        MORTISE_SQL_SHOW = sys::SQL_SHOW,
        MORTISE_SQL_PREPARE = sys::SQL_PREPARE,
        MORTISE_SQL_EXECUTE = sys::SQL_EXECUTE,
        MORTISE_SQL_DEALLOCATE = sys::SQL_DEALLOCATE,
        MORTISE_SQL_CURSOR = sys::SQL_CURSOR,
        MORTISE_SQL_LISTEN = sys::SQL_LISTEN,
        MORTISE_SQL_LOCK = sys::SQL_LOCK,
        MORTISE_SQL_DEFINE = sys::SQL_DEFINE,
        MORTISE_SQL_HAS_WHERE = sys::SQL_HAS_WHERE as i64,
        MORTISE_SQL_HAS_LIMIT = sys::SQL_HAS_LIMIT as i64,
        MORTISE_SQL_HAS_OFFSET = sys::SQL_HAS_OFFSET as i64,
        MORTISE_SQL_HAS_ORDER_BY = sys::SQL_HAS_ORDER_BY as i64,
        MORTISE_SQL_HAS_GROUP_BY = sys::SQL_HAS_GROUP_BY as i64,
        MORTISE_SQL_HAS_HAVING = sys::SQL_HAS_HAVING as i64,
        MORTISE_SQL_HAS_DISTINCT = sys::SQL_HAS_DISTINCT as i64,
        MORTISE_SQL_HAS_WINDOW = sys::SQL_HAS_WINDOW as i64,
        MORTISE_SQL_HAS_SET = sys::SQL_HAS_SET as i64,
        MORTISE_SQL_HAS_WITH = sys::SQL_HAS_WITH as i64,
        MORTISE_SQL_HAS_RETURNING = sys::SQL_HAS_RETURNING as i64,
        MORTISE_SQL_HAS_COLUMNS = sys::SQL_HAS_COLUMNS as i64,
        MORTISE_SQL_HAS_CONFLICT = sys::SQL_HAS_CONFLICT as i64,
        MORTISE_SQL_HAS_FOR_UPDATE = sys::SQL_HAS_FOR_UPDATE as i64,
        MORTISE_SQL_HAS_FOR_SHARE = sys::SQL_HAS_FOR_SHARE as i64,
        MORTISE_SQL_HAS_INTO = sys::SQL_HAS_INTO as i64,
        MORTISE_SQL_HAS_VALUES = sys::SQL_HAS_VALUES as i64,
        MORTISE_SQL_USE_READ = sys::SQL_USE_READ,
        MORTISE_SQL_USE_WRITE = sys::SQL_USE_WRITE,
        MORTISE_SQL_USE_DEFINE = sys::SQL_USE_DEFINE,
        MORTISE_SQL_IN_OTHER = sys::SQL_IN_OTHER,
        MORTISE_SQL_IN_WHERE = sys::SQL_IN_WHERE,
        MORTISE_SQL_IN_JOIN = sys::SQL_IN_JOIN,
        MORTISE_SQL_IN_HAVING = sys::SQL_IN_HAVING,
        MORTISE_SQL_IN_VALUES = sys::SQL_IN_VALUES,
        MORTISE_SQL_IN_SET = sys::SQL_IN_SET,
        MORTISE_SQL_VALUE_OTHER = sys::SQL_VALUE_OTHER,
        MORTISE_SQL_VALUE_PARAMETER = sys::SQL_VALUE_PARAMETER,
        MORTISE_SQL_VALUE_INTEGER = sys::SQL_VALUE_INTEGER,
        MORTISE_SQL_VALUE_DECIMAL = sys::SQL_VALUE_DECIMAL,
        MORTISE_SQL_VALUE_TEXT = sys::SQL_VALUE_TEXT,
        MORTISE_SQL_VALUE_BOOLEAN = sys::SQL_VALUE_BOOLEAN,
        MORTISE_SQL_VALUE_BITS = sys::SQL_VALUE_BITS,
        MORTISE_SQL_VALUE_NULL = sys::SQL_VALUE_NULL,
        MORTISE_SQL_VALUE_DEFAULT = sys::SQL_VALUE_DEFAULT,
        MORTISE_SQL_CERTAIN = sys::SQL_CERTAIN as i64,
        MORTISE_SQL_ARRAY = sys::SQL_ARRAY as i64,
        MORTISE_SQL_ARRAY_ALL = sys::SQL_ARRAY_ALL as i64,
        MORTISE_SQL_ALTERNATIVE = sys::SQL_ALTERNATIVE as i64,
        MORTISE_SQL_FUNCTION_STAR = sys::SQL_FUNCTION_STAR as i64,
        MORTISE_SQL_FUNCTION_DISTINCT = sys::SQL_FUNCTION_DISTINCT as i64,
        MORTISE_SQL_FUNCTION_ORDER_BY = sys::SQL_FUNCTION_ORDER_BY as i64,
        MORTISE_SQL_FUNCTION_FILTER = sys::SQL_FUNCTION_FILTER as i64,
        MORTISE_SQL_FUNCTION_OVER = sys::SQL_FUNCTION_OVER as i64,
    );
}

fn collect(facts: &mut Facts) {
    layout!(facts, "mortise_collect_value" = sys::CollectValue { "counter" = counter, "gauge" = gauge, "derive" = derive, "absolute" = absolute });
    layout!(facts, "mortise_collect_source" = sys::CollectSource { "name" = name, "kind" = kind, "reserved" = reserved, "min" = min, "max" = max });
    layout!(facts, "mortise_collect_set" = sys::CollectSet { "size" = size, "count" = count, "type" = type_, "sources" = sources });
    layout!(facts, "mortise_collect_identity" = sys::CollectIdentity { "host" = host, "plugin" = plugin, "plugin_instance" = plugin_instance, "type" = type_, "type_instance" = type_instance });
    layout!(facts, "mortise_collect_report" = sys::CollectReport { "size" = size, "count" = count, "identity" = identity, "values" = values, "time" = time, "interval" = interval, "metadata" = metadata, "metadata_count" = metadata_count, "reserved" = reserved });
    layout!(facts, "mortise_collect_series" = sys::CollectSeries { "size" = size, "reserved" = reserved, "number" = number, "identity" = identity, "text" = text, "set" = set });
    layout!(facts, "mortise_collect_sample" = sys::CollectSample { "size" = size, "count" = count, "series" = series, "values" = values, "rates" = rates, "time" = time, "interval" = interval, "metadata" = metadata, "metadata_count" = metadata_count, "reserved" = reserved });
    layout!(facts, "mortise_collect_notification" = sys::CollectNotification { "size" = size, "severity" = severity, "time" = time, "message" = message, "identity" = identity, "metadata" = metadata, "metadata_count" = metadata_count, "reserved" = reserved });
    layout!(facts, "mortise_collect_callbacks" = sys::CollectCallbacks { "size" = size, "reserved" = reserved, "name" = name, "context" = context, "release" = release, "read" = read, "interval" = interval, "group" = group, "write" = write, "flush" = flush, "log" = log, "notified" = notified, "missing" = missing, "shutdown" = shutdown });
    layout!(facts, "mortise_collect_v1" = sys::CollectV1 { "size" = size, "reserved" = reserved, "add" = add, "remove" = remove, "remove_group" = remove_group, "dispatch" = dispatch, "notify" = notify, "add_set" = add_set, "find_set" = find_set, "interval" = interval });
    constants!(
        facts,
        MORTISE_COLLECT_NAME_BYTES = sys::COLLECT_NAME_BYTES as i64,
        MORTISE_COLLECT_CALLBACK_BYTES = sys::COLLECT_CALLBACK_BYTES as i64,
        MORTISE_COLLECT_VALUES = sys::COLLECT_VALUES,
        MORTISE_COLLECT_METADATA = sys::COLLECT_METADATA,
        MORTISE_COLLECT_TEXT_BYTES = sys::COLLECT_TEXT_BYTES as i64,
        MORTISE_COLLECT_CALLBACKS_MAX = sys::COLLECT_CALLBACKS_MAX,
        MORTISE_COLLECT_COUNTER = sys::COLLECT_COUNTER,
        MORTISE_COLLECT_GAUGE = sys::COLLECT_GAUGE,
        MORTISE_COLLECT_DERIVE = sys::COLLECT_DERIVE,
        MORTISE_COLLECT_ABSOLUTE = sys::COLLECT_ABSOLUTE,
        MORTISE_COLLECT_FAILURE = sys::COLLECT_FAILURE,
        MORTISE_COLLECT_WARNING = sys::COLLECT_WARNING,
        MORTISE_COLLECT_OKAY = sys::COLLECT_OKAY,
        MORTISE_COLLECT_READ = sys::COLLECT_READ,
        MORTISE_COLLECT_WRITE = sys::COLLECT_WRITE,
        MORTISE_COLLECT_FLUSH = sys::COLLECT_FLUSH,
        MORTISE_COLLECT_LOG = sys::COLLECT_LOG,
        MORTISE_COLLECT_NOTIFIED = sys::COLLECT_NOTIFIED,
        MORTISE_COLLECT_MISSING = sys::COLLECT_MISSING,
        MORTISE_COLLECT_SHUTDOWN = sys::COLLECT_SHUTDOWN,
    );
}

fn services(facts: &mut Facts) {
    layout!(facts, "mortise_data_source_v1" = sys::DataSourceV1 { "size" = size, "reserved" = reserved, "health" = health, "query" = query, "resource" = resource, "cancel" = cancel });
    layout!(facts, "mortise_sql_parser_fault" = sys::SqlParserFault { "size" = size, "is_syntax" = is_syntax, "position" = position, "message" = message });
    layout!(facts, "mortise_sql_parser_node" = sys::SqlParserNode { "name" = name, "text" = text, "size" = size, "end" = end, "kind" = kind, "reserved" = reserved });
    layout!(facts, "mortise_sql_parser_v1" = sys::SqlParserV1 { "size" = size, "reserved" = reserved, "json" = json, "protobuf" = protobuf, "fingerprint" = fingerprint, "normalise" = normalise, "nodes" = nodes });
    layout!(facts, "mortise_clock_v1" = sys::ClockV1 { "size" = size, "reserved" = reserved, "wall" = wall, "monotonic" = monotonic });
    layout!(facts, "mortise_memory_v1" = sys::MemoryV1 { "size" = size, "reserved" = reserved, "allocate" = allocate, "reallocate" = reallocate, "release" = release });
    layout!(facts, "mortise_metrics_v1" = sys::MetricsV1 { "size" = size, "reserved" = reserved, "counter" = counter, "gauge" = gauge, "histogram" = histogram, "add" = add, "set" = set, "observe" = observe });
    layout!(facts, "mortise_state_v1" = sys::StateV1 { "size" = size, "reserved" = reserved, "get" = get, "put" = put, "remove" = remove, "each" = each });
    layout!(facts, "mortise_tasks_v1" = sys::TasksV1 { "size" = size, "reserved" = reserved, "run_main" = run_main, "run_pool" = run_pool, "start_timer" = start_timer, "cancel" = cancel });
    layout!(facts, "mortise_files_v1" = sys::FilesV1 { "size" = size, "reserved" = reserved, "read" = read, "write" = write, "list" = list, "remove" = remove });
    layout!(facts, "mortise_file" = sys::File { "size" = size, "kind" = kind, "name" = name, "bytes" = bytes, "modified" = modified });
    layout!(facts, "mortise_registry_v1" = sys::RegistryV1 { "size" = size, "reserved" = reserved, "each" = each, "subscribe" = subscribe, "unsubscribe" = unsubscribe });
    layout!(facts, "mortise_service_entry" = sys::ServiceEntry { "size" = size, "version" = version, "name" = name, "provider" = provider, "leases" = leases, "reserved" = reserved });
    layout!(facts, "mortise_notice" = sys::Notice { "size" = size, "event" = event, "version" = version, "reserved" = reserved, "name" = name, "provider" = provider, "table" = table, "signature" = signature });
    constants!(
        facts,
        MORTISE_SQL_PARSER_NONE = sys::SQL_PARSER_NONE,
        MORTISE_SQL_PARSER_OBJECT = sys::SQL_PARSER_OBJECT,
        MORTISE_SQL_PARSER_ARRAY = sys::SQL_PARSER_ARRAY,
        MORTISE_SQL_PARSER_STRING = sys::SQL_PARSER_STRING,
        MORTISE_SQL_PARSER_NUMBER = sys::SQL_PARSER_NUMBER,
        MORTISE_SQL_PARSER_TRUE = sys::SQL_PARSER_TRUE,
        MORTISE_SQL_PARSER_FALSE = sys::SQL_PARSER_FALSE,
        MORTISE_SQL_PARSER_NULL = sys::SQL_PARSER_NULL,
        MORTISE_MEMORY_LARGEST = sys::MEMORY_LARGEST as i64,
        MORTISE_STATE_KEY_BYTES = sys::STATE_KEY_BYTES as i64,
        MORTISE_STATE_TOTAL_BYTES = sys::STATE_TOTAL_BYTES as i64,
        MORTISE_STATE_ENTRY_BYTES = sys::STATE_ENTRY_BYTES as i64,
        MORTISE_TASKS_MAX = sys::TASKS_MAX,
        MORTISE_FILES_MAX_BYTES = sys::FILES_MAX_BYTES as i64,
        MORTISE_FILES_MAX_ENTRIES = sys::FILES_MAX_ENTRIES,
        MORTISE_FILES_REPLACE = sys::FILES_REPLACE,
        MORTISE_FILES_APPEND = sys::FILES_APPEND,
        MORTISE_FILES_CREATE = sys::FILES_CREATE,
        MORTISE_FILE_REGULAR = sys::FILE_REGULAR,
        MORTISE_FILE_DIRECTORY = sys::FILE_DIRECTORY,
        MORTISE_FILE_OTHER = sys::FILE_OTHER,
        MORTISE_SERVICE_CAME = sys::SERVICE_CAME,
        MORTISE_SERVICE_GOING = sys::SERVICE_GOING,
    );
}

/// Compiles and runs a C program against include/mortise; `None` without headers or a compiler.
fn run_c(name: &str, source: &str, input: &str) -> Option<String> {
    use std::io::Write as _;
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../include");
    if !include.is_dir() {
        return None;
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (file, program) = (directory.join(format!("{name}.c")), directory.join(name));
    std::fs::write(&file, source).unwrap();
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let status = Command::new(compiler)
        .args(["-std=c11", "-I"])
        .args([&include, Path::new("-o"), &program, &file])
        .status()
        .ok()?;
    assert!(status.success(), "{name}.c doesn't compile");
    let mut child = Command::new(program)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{name} failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_structs_are_those_of_the_headers() {
    let facts = facts();
    let source = format!(
        "#include <mortise/data_source.h>\n#include <mortise/mortise.h>\n#include <mortise/sql_parser.h>\n#include <stdio.h>\nint main(void) {{\n{}return 0;\n}}\n",
        facts.c
    );
    let Some(c) = run_c("layout", &source, "") else {
        eprintln!("skipped: needs include/mortise and a C compiler");
        return;
    };
    let differences: Vec<_> = facts
        .rust
        .lines()
        .zip(c.lines())
        .filter(|(rust, c)| rust != c)
        .map(|(rust, c)| format!("Rust: {rust}\nC:    {c}"))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(facts.rust.lines().count(), c.lines().count());
    println!("{} facts agree", c.lines().count());
}

#[test]
fn integers_are_read_as_the_headers_read_them() {
    let mut cases: Vec<(bool, Vec<u8>)> = [
        "",
        "-",
        "+",
        "0",
        "-0",
        "+7",
        "42",
        " 42",
        "42 ",
        "4x",
        "--1",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "+9223372036854775808",
        "0000000000000000001",
        "00000000000000000001",
        "9999999999999999999",
        "1_000",
        "1e3",
        "\u{661}",
    ]
    .iter()
    .map(|text| (false, text.as_bytes().to_vec()))
    .collect();
    // A xorshift: the same cases each time.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..20_000 {
        let binary = random(2) == 0;
        let size = random(if binary { 10 } else { 22 });
        let alphabet: &[u8] = if random(8) == 0 { b"0123456789+-x" } else { b"0123456789" };
        let bytes = (0..size).map(|index| match (binary, index, random(4)) {
            (true, ..) => random(256) as u8,
            (false, 0, 0) => b'-',
            _ => alphabet[random(alphabet.len() as u64) as usize],
        });
        cases.push((binary, bytes.collect()));
    }
    let mut input = String::new();
    for (binary, bytes) in &cases {
        write!(input, "{} {}", u8::from(*binary), bytes.len()).unwrap();
        bytes.iter().for_each(|byte| write!(input, " {byte}").unwrap());
        input.push('\n');
    }
    let source = r#"
        #include <mortise/mortise.h>
        #include <stdio.h>
        int main(void) {
          int format, size, byte;
          uint8_t bytes[64];
          while (scanf("%d %d", &format, &size) == 2) {
            int64_t value;
            for (int index = 0; index < size; index++) {
              if (scanf("%d", &byte) != 1) return 1;
              bytes[index] = (uint8_t)byte;
            }
            mortise_parameter parameter = {bytes, (uint64_t)size, format, 0};
            if (mortise_param_as_i64(&parameter, &value)) printf("%" PRId64 "\n", value);
            else puts("none");
          }
          return 0;
        }"#;
    let Some(c) = run_c("integers", source, &input) else {
        eprintln!("skipped: needs include/mortise and a C compiler");
        return;
    };
    assert_eq!(c.lines().count(), cases.len());
    let mut integers = 0;
    for ((binary, bytes), c) in cases.iter().zip(c.lines()) {
        let query = mortise::testing::Query::new("");
        let query = match (binary, std::str::from_utf8(bytes)) {
            (true, _) => query.binary(bytes),
            (false, text) => query.text(text.unwrap()),
        };
        let rust = query.ask(|context| context.parameters().get(0).unwrap().as_i64());
        integers += usize::from(rust.is_some());
        let rust = rust.map_or("none".to_owned(), |value| value.to_string());
        assert_eq!(rust, c, "binary: {binary}, {bytes:?}");
    }
    assert!(integers > 1000, "only {integers} of the cases are integers");
}
