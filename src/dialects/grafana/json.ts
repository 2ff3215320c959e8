/** JSON as bytes, which is how pluginv2 carries what only the plugin or the caller understands. */

/** `{}` for undefined. Whole numbers of TOML may be bigints; one that JSON's readers would round becomes a string. */
export function jsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(value ?? {}, (_, one: unknown) =>
    typeof one === 'bigint' ? (Number.isSafeInteger(Number(one)) ? Number(one) : String(one)) : one,
  );
  return Buffer.from(text);
}

/** Undefined for no bytes; text that isn't JSON as it is. */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
