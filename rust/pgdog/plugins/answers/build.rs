fn main() {
    pgdog_plugin_build::pg_query_version();
}
