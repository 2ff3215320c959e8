/** The file format of a snapshot, and how one is read. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { MortiseError } from '../errors.js';

/** Raised when a field changes its meaning; a snapshot of another schema is refused, not guessed at. */
export const snapshotSchema = 1;

/** Where something was declared, relative to the header directory; null when a system header did. */
const header = z.string().nullable();
const count = z.int().nonnegative();
/** A number that a double can't hold exactly is written as its digits. */
const integer = z.union([z.int(), z.string().regex(/^-?\d+$/)]);

/** A pointer to a function, spelled out; everything else is the type as C writes it. */
export interface FunctionType {
  result: AbiType;
  /** In order, without their names: a name changes nothing. */
  parameters: AbiType[];
  variadic?: boolean;
}
export type AbiType = string | FunctionType;

const type: z.ZodType<AbiType> = z.lazy(() => z.union([z.string(), signature]));
const signature: z.ZodType<FunctionType> = z.strictObject({
  result: type,
  parameters: z.array(type),
  variadic: z.boolean().optional(),
});

const member = z.strictObject({
  name: z.string(),
  /** Bytes from the start of the outermost named struct. */
  offset: count,
  /** Bytes; those of the declared type for a bit-field. */
  size: count,
  /** First bit of a bit-field, from the struct's start, and its width. */
  bits: z.tuple([count, count]).optional(),
  type,
});

/** A virtual function: its place in the class's table, and which one it is; the destructor is `~`, its place unsaid. */
const virtual = z.strictObject({ slot: count.nullable(), name: z.string() });

const aggregate = z.strictObject({
  kind: z.enum(['struct', 'class', 'union']),
  header,
  size: count,
  alignment: count,
  /**
   * In order. The members of a nameless struct or union stand among those of the one around it; a class that it
   * derives from is a member called "base " and the class.
   */
  members: z.array(member),
  /** In the order of the table. */
  virtuals: z.array(virtual).optional(),
  /** Classes that it derives from virtually. */
  virtualBases: z.array(z.string()).optional(),
});

const snapshot = z.strictObject({
  schema: z.literal(snapshotSchema),
  /** MORTISE_ABI_MAJOR and MORTISE_ABI_MINOR; null for headers that have no version of their own. */
  abi: z.strictObject({ major: count, minor: count }).nullable(),
  /** C when it isn't there. */
  language: z.literal('c++').optional(),
  /** Bytes. Snapshots with different sizes of a pointer don't compare. */
  pointerSize: count,
  /** Of a directory; none when one header was named. */
  headers: z.array(z.string()),
  types: z.record(z.string(), z.union([aggregate, z.strictObject({ kind: z.literal('opaque'), header })])),
  /** By tag or, for an enum without one, by its first value's name. */
  enums: z.record(
    z.string(),
    z.strictObject({ header, size: count, values: z.array(z.tuple([z.string(), integer])) }),
  ),
  typedefs: z.record(z.string(), z.strictObject({ header, type })),
  /** What a type's spelling comes down to once every typedef is followed: "uint32_t" is "u32". */
  layouts: z.record(z.string(), z.string()),
  /** By name; in C++ with parameters, and with the symbol under which a library has it. */
  functions: z.record(
    z.string(),
    z.strictObject({ header, inline: z.boolean(), type: signature, symbol: z.string().optional() }),
  ),
  variables: z.record(z.string(), z.strictObject({ header, type })),
  /** Macros that stand for an integer, or for text. */
  constants: z.record(z.string(), z.strictObject({ header, value: z.union([z.int(), z.string()]) })),
  /** All other macros; parameters are null when the macro takes none. */
  macros: z.record(z.string(), z.strictObject({ header, parameters: z.string().nullable() })),
  /** Names that the headers seem to declare and the compiler doesn't know: nothing is said of them. */
  unread: z.array(z.string()).optional(),
});

/** What the headers promise to a plugin that was built with them. Text and numbers only: it survives JSON. */
export type AbiSnapshot = z.infer<typeof snapshot>;
export type AbiAggregate = z.infer<typeof aggregate>;
export type AbiMember = z.infer<typeof member>;
export type AbiVirtual = z.infer<typeof virtual>;

/** An integer of a snapshot, exact. */
export const exact = (value: number | string): bigint => BigInt(value);

/**
 * Reads a snapshot file.
 *
 * @throws MortiseError MORTISE_ERR_FILE_MISSING, _FILE_UNREADABLE or MORTISE_ERR_ABI_SNAPSHOT.
 */
export async function readSnapshot(path: string): Promise<AbiSnapshot> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MortiseError(
      {
        code:
          code === 'ENOENT' || code === 'ENOTDIR'
            ? 'MORTISE_ERR_FILE_MISSING'
            : 'MORTISE_ERR_FILE_UNREADABLE',
        message: code === 'ENOENT' ? 'there is no such file or directory' : message,
        subject: path,
        expected: 'a directory of headers, or a snapshot file',
        remedy: 'Check the path.',
      },
      { cause },
    );
  }
  return parseSnapshot(text, path);
}

/** @throws MortiseError MORTISE_ERR_ABI_SNAPSHOT, naming the first place that doesn't fit. */
export function parseSnapshot(text: string, subject: string): AbiSnapshot {
  const refuse = (message: string, where?: string, cause?: unknown) =>
    new MortiseError(
      {
        code: 'MORTISE_ERR_ABI_SNAPSHOT',
        message,
        subject,
        where,
        expected: `an ABI snapshot of schema ${snapshotSchema}`,
        remedy: 'Write it anew from its headers: mortise abi-diff HEADERS --write FILE',
      },
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(`it is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
  const result = snapshot.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refuse(issue?.message ?? 'it does not fit', issue?.path.join('.'));
}
