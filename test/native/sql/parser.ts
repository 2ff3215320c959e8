/** libpg_query's JSON as text, as a host passes it on, and not what JSON.stringify makes of it. */
import { createRequire } from 'node:module';
import type { Tree } from './tree.js';

interface Module {
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _malloc(size: number): number;
  _free(address: number): void;
  getValue(address: number, type: 'i32'): number;
  stringToUTF8(text: string, address: number, size: number): void;
  lengthBytesUTF8(text: string): number;
  UTF8ToString(address: number): string;
}

const factory: () => Promise<Module> = createRequire(import.meta.url)(
  '@libpg-query/parser/wasm/libpg-query.js',
);
const module = await factory();

/** Null for a syntax error. */
export function jsonOf(sql: string): string | null {
  const size = module.lengthBytesUTF8(sql) + 1;
  const address = module._malloc(size);
  module.stringToUTF8(sql, address, size);
  const result = module._wasm_parse_query_raw(address);
  try {
    const [tree, error] = [module.getValue(result, 'i32'), module.getValue(result + 8, 'i32')];
    return error === 0 && tree !== 0 ? module.UTF8ToString(tree) : null;
  } finally {
    module._wasm_free_parse_result(result);
    module._free(address);
  }
}

export function parsedOf(sql: string): { json: string; tree: Tree } {
  const json = jsonOf(sql);
  if (json === null) throw new Error(`has a syntax error: ${sql}`);
  return { json, tree: JSON.parse(json) as Tree };
}
