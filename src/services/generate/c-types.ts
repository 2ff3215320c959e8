/** How parameters and results of a schema look in C. */
import { type CParameter, isSpan, isWritten, lowerCallback, representations } from '../schema/lower.js';
import { snake } from '../schema/names.js';
import type { Callback, Handle, Out, RecordOf, Result, Sized, Value } from '../schema/types.js';

/** A record's struct. @param id what the service's header begins its names with */
export const structName = (id: string, { name }: RecordOf | Handle): string =>
  `${id}_${snake(name).replace(/_$/, '')}`;

/** What a number, or a record, is declared as. */
export const sizedType = (id: string, type: Sized | Handle): string =>
  type.kind === 'handle'
    ? `${structName(id, type)} *`
    : type.kind === 'record'
      ? structName(id, type)
      : representations[type.kind].c;

/** A parameter's declaration. */
export const parameter =
  (id: string) =>
  (lowered: CParameter): string =>
    declaration(id, lowered);

function declaration(id: string, { role, name, type }: CParameter): string {
  switch (role) {
    case 'host':
      return `const mortise_host *${name}`;
    case 'answer':
      return `mortise_reply *${name}`;
    case 'error':
      return `mortise_error *${name}`;
    case 'closure':
      return `void *${name}`;
    case 'size':
      return `uint64_t ${name}`;
    case 'handle':
      return `${structName(id, type as Handle)} *${name}`;
    case 'out':
      return `${sizedType(id, (type as Out).of)} *${name}`.replace('* *', '**');
    case 'record':
      return `const ${structName(id, type as RecordOf)} *${name}`;
    case 'data':
      if (isSpan(type)) {
        return `${isWritten(type) ? '' : 'const '}${representations[type.of.kind].c} *${name}`;
      }
      if (type?.kind === 'text') return `const char *${name}`;
      return type?.kind === 'buffer' ? `uint8_t *${name}` : `const uint8_t *${name}`;
    case 'function': {
      const callback = type as Callback;
      return declare(`(*${name})`, callback.result, lowerCallback(callback).map(parameter(id)));
    }
    case 'value':
      return `${representations[(type as Value).kind].c} ${name}`;
  }
}

/** On as many lines as it needs. */
export function declare(name: string, result: Result, parameters: readonly string[]): string {
  const lines = [`${resultType(result)} ${name}(`];
  parameters.forEach((parameter, index) => {
    const text = `${parameter}${index + 1 < parameters.length ? ', ' : ')'}`;
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (line.length + text.length > 90 && index > 0) {
      lines[last] = line.trimEnd();
      lines.push(`      ${text}`);
    } else lines[last] = line + text;
  });
  return lines.join('\n');
}

export function resultType(result: Result): string {
  if (result.kind === 'none') return 'void';
  return Object.hasOwn(representations, result.kind) ? representations[(result as Value).kind].c : 'int32_t';
}
