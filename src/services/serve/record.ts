/** Records that C passes to an implementation: copies, as objects. */
import { copyOf, WrongArgument } from '../../native/memory.js';
import { read } from '../schema/checks.js';
import { representations } from '../schema/lower.js';
import { layoutOf, makeRecord, type RecordLayout } from '../schema/records.js';
import type { RecordOf } from '../schema/types.js';

export class ReceivedRecord {
  readonly #name: string;
  readonly #layout: RecordLayout;

  constructor(type: RecordOf) {
    this.#name = type.name;
    this.#layout = layoutOf(type);
  }

  /** @throws WrongArgument when it is null, can't be read, or isn't aligned */
  copy(address: number): DataView {
    const { bytes, align } = this.#layout;
    if (typeof address === 'number' && address % align !== 0) {
      throw new WrongArgument(
        `the caller passed a ${this.#name} that isn’t aligned: it lies at a multiple of ${align} bytes`,
      );
    }
    const copy = copyOf(address, bytes);
    return new DataView(copy.buffer, copy.byteOffset, bytes);
  }
}

/** Source of the object that a copy holds. */
export const received = (type: RecordOf, copy: string): string =>
  makeRecord(type, (of, offset) =>
    read(of, `${copy}.${getters[representations[of.kind].type]}(${offset}, true)`),
  );

const getters: Readonly<Record<string, string>> = {
  int8: 'getInt8',
  uint8: 'getUint8',
  int16: 'getInt16',
  uint16: 'getUint16',
  int32: 'getInt32',
  uint32: 'getUint32',
  int64: 'getBigInt64',
  uint64: 'getBigUint64',
  float: 'getFloat32',
  double: 'getFloat64',
};
