/** Frames out of bytes that a plugin gave, and out of blocks that the addon filled. */
import { type ArrowBlock, type ArrowField, type ArrowSchema, batchesOf } from '../../../native/arrow.js';
import { Damage, damaged } from './damage.js';
import { decode } from './decode.js';
import type { Frame, FrameField, Row } from './frame.js';
import { inspectFrame } from './inspect.js';
import type { ArrowTable } from './library.js';
import { type FramePart, inSchema } from './part.js';
import { readIpc } from './read-ipc.js';
import { typeName } from './shape.js';
import { plainValues } from './values.js';
import { writeIpc } from './write-ipc.js';

export interface FrameOptions {
  /** Of the query that it answers. Default: what the frame says. */
  refId?: string;
  /** Who gave it, for messages. */
  subject?: string;
  /** In bytes. Default 256 MiB. */
  maxBytes?: number;
}

const defaultMaxFrameBytes = 2 ** 28;

/**
 * Reads an Arrow IPC file or stream, and checks all of it before a library does: lengths, counts and offsets.
 * @param given kept, not copied: they must not change any more
 * @throws MortiseError MORTISE_ERR_QUERY_FRAME, MORTISE_ERR_QUERY_SIZE
 */
export function frameOfIpc(given: Uint8Array, options: FrameOptions = {}): Frame {
  const { refId, subject, maxBytes = defaultMaxFrameBytes } = options;
  // A Buffer's slice() is not a copy.
  const bytes = Buffer.isBuffer(given)
    ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
    : given;
  if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes, subject);
  try {
    const { schema, batches } = readIpc(bytes);
    return new ArrowFrame(schema, [{ batches, bytes }], { refId, ipc: bytes });
  } catch (error) {
    if (error instanceof Damage) throw damaged(subject, error);
    throw error;
  }
}

/** @param block checked in full, as all that the addon gives */
export function frameOfBlock(schema: ArrowSchema, block: ArrowBlock, options: FrameOptions = {}): Frame {
  const part = { batches: batchesOf(schema, block), bytes: new Uint8Array(block.bytes) };
  return new ArrowFrame(schema, [part], options);
}

/** What batches that were made here say. */
export function frameOfParts(schema: ArrowSchema, parts: readonly FramePart[], refId?: string): Frame {
  return new ArrowFrame(schema, parts, { refId });
}

/**
 * One frame of all rows; without frames undefined. Copies nothing.
 * @param frames of one schema, as those of one answer
 */
export function joinedFrame(frames: readonly Frame[]): Frame | undefined {
  const [first] = frames;
  if (!first || frames.length === 1) return first;
  const all = frames.map(partsOf);
  const { schema } = partsOf(first);
  const parts = all.flatMap((one) =>
    one.schema === schema ? one.parts : one.parts.map((part) => inSchema(schema, part)),
  );
  return new ArrowFrame(schema, parts, { refId: first.refId });
}

/** What a frame consists of, whoever made it. Its bytes must not change. */
export function partsOf(frame: Frame): { schema: ArrowSchema; parts: readonly FramePart[] } {
  const own = frame instanceof ArrowFrame ? frame : (frameOfIpc(frame.ipc()) as ArrowFrame);
  return own.contents();
}

function tooLarge(size: number, max: number, subject: string | undefined) {
  return damaged(
    subject,
    new Damage('the frame', `at most ${max} bytes`, `${size} bytes`),
    'MORTISE_ERR_QUERY_SIZE',
  );
}

class ArrowFrame implements Frame {
  readonly refId: string;
  readonly name: string | undefined;
  readonly meta: Frame['meta'];
  readonly rowCount: number;
  readonly #schema: ArrowSchema;
  readonly #parts: readonly FramePart[];
  #fields: readonly FrameField[] | undefined;
  #ipc: Uint8Array | undefined;
  #table: ArrowTable | undefined;

  constructor(
    schema: ArrowSchema,
    parts: readonly FramePart[],
    { refId, ipc }: { refId?: string; ipc?: Uint8Array },
  ) {
    const said = new Map(schema.metadata);
    this.#schema = schema;
    this.#parts = parts;
    this.#ipc = ipc;
    this.refId = refId || (said.get('refId') ?? '');
    this.name = said.get('name') || undefined;
    this.meta = objectIn(said.get('meta'));
    let rows = 0;
    for (const { batches } of parts) for (const batch of batches) rows += batch.rows;
    this.rowCount = rows;
  }

  get fields(): readonly FrameField[] {
    this.#fields ??= fieldsOf(this.#schema);
    return this.#fields;
  }

  /** For {@link partsOf}. */
  contents(): { schema: ArrowSchema; parts: readonly FramePart[] } {
    return { schema: this.#schema, parts: this.#parts };
  }

  ipc(): Uint8Array {
    this.#ipc ??= writeIpc(this.#schema, this.#parts);
    return this.#ipc;
  }

  table(): ArrowTable {
    this.#table ??= decode(this.#schema, this.#parts);
    return this.#table;
  }

  column(name: string): readonly unknown[] | undefined {
    const index = this.#schema.fields.findIndex((field) => field.name === name);
    return index === -1 ? undefined : this.#values(index);
  }

  rows(): Row[] {
    const columns = this.#schema.fields.map((_, index) => this.#values(index));
    const names = differentNames(this.#schema.fields.map(({ name }) => name));
    return Array.from({ length: this.rowCount }, (_, row) => {
      const one: Row = {};
      for (let column = 0; column < names.length; column++)
        one[names[column] as string] = columns[column]?.[row];
      return one;
    });
  }

  #values(index: number): readonly unknown[] {
    return plainValues(this.#schema.fields[index] as ArrowField, this.table().getChildAt(index) ?? []);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return inspectFrame(this);
  }
}

/** What a schema says of its columns. */
export const fieldsOf = (schema: ArrowSchema): FrameField[] => schema.fields.map(frameField);

function frameField(field: ArrowField): FrameField {
  const metadata = new Map(field.metadata);
  const labels = objectIn(metadata.get('labels')) ?? {};
  return {
    name: field.name,
    type: typeName(field),
    isNullable: field.nullable,
    labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)])),
    config: objectIn(metadata.get('config')) ?? {},
    metadata,
  };
}

/** What a data source says in JSON; what isn't an object says nothing. */
function objectIn(json: string | undefined): Record<string, unknown> | undefined {
  if (!json) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** As keys of an object: the second `id` is `id_2`, and none changes what objects are. */
function differentNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name === '__proto__' ? '__proto___' : name;
    let unique = plain;
    for (let count = 2; taken.has(unique); count++) unique = `${plain}_${count}`;
    taken.add(unique);
    return unique;
  });
}

/** One that any copy of the package made. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null) return false;
  const { ipc, rows, fields } = value as Partial<Frame>;
  return typeof ipc === 'function' && typeof rows === 'function' && Array.isArray(fields);
}
