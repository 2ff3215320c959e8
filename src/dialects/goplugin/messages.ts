/** Services as @bufbuild/protobuf describes them, for the transport. */
import {
  create,
  type DescMessage,
  type DescMethod,
  fromBinary,
  isMessage,
  type Message,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import type { Method } from './transport/transport.js';

const known = new WeakMap<DescMethod, Method>();

/** The side that calls: requests are encoded, answers decoded. */
export function methodOf(description: DescMethod): Method {
  let method = known.get(description);
  if (!method) {
    const { parent, name, input, output } = description;
    method = { path: `/${parent.typeName}/${name}`, encode: encoder(input), decode: decoder(output) };
    known.set(description, method);
  }
  return method;
}

/** The side that answers. */
export function servedMethodOf({ parent, name, input, output }: DescMethod): Method {
  return { path: `/${parent.typeName}/${name}`, encode: encoder(output), decode: decoder(input) };
}

const encoder = (schema: DescMessage) => (message: unknown) =>
  toBinary(
    schema,
    isMessage(message, schema) ? message : create(schema, message as MessageInitShape<DescMessage>),
  );

const decoder =
  (schema: DescMessage) =>
  (bytes: Uint8Array): Message =>
    fromBinary(schema, bytes);
