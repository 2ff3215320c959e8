// A routing plugin called with koffi, which makes the structs from objects.
import koffi from 'koffi';

const text = koffi.struct({ data: 'const char *', size: 'uint64_t' });
const parameter = koffi.struct({
  data: 'const char *',
  size: 'uint64_t',
  format: 'int32_t',
  is_null: 'int32_t',
});
const context = koffi.struct({
  size: 'uint32_t',
  shards: 'uint32_t',
  has_replicas: 'uint32_t',
  has_primary: 'uint32_t',
  in_transaction: 'uint32_t',
  write_override: 'uint32_t',
  sql: text,
  parameters: koffi.pointer(parameter),
  parameter_count: 'uint64_t',
  statement: 'void *',
});
const route = koffi.struct({
  size: 'uint32_t',
  target: 'int32_t',
  read_write: 'int32_t',
  reserved: 'uint32_t',
  shard: 'uint64_t',
});

/** @returns {(sql: string, params: string[]) => number} the shard that the library's module_route answers */
export function marshalling(library) {
  const call = library.func('module_route', 'int32_t', [
    koffi.pointer(context),
    koffi.inout(koffi.pointer(route)),
  ]);
  return (sql, params) => {
    const answer = { size: 24, target: 0, read_write: 0, reserved: 0, shard: 0 };
    const question = {
      size: 64,
      shards: 4,
      has_replicas: 0,
      has_primary: 1,
      in_transaction: 0,
      write_override: 0,
      sql: { data: sql, size: sql.length },
      parameters: params.map((data) => ({ data, size: data.length, format: 0, is_null: 0 })),
      parameter_count: params.length,
      statement: null,
    };
    call(question, answer);
    return Number(answer.shard);
  };
}
