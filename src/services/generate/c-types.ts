/** How parameters and results of a schema look in C. */
import { type CParameter, isSpan, isWritten, lowerCallback, representations } from '../schema/lower.js';
import type { Callback, Result, Value } from '../schema/types.js';

/** A parameter's declaration. */
export function parameter({ role, name, type }: CParameter): string {
  switch (role) {
    case 'host':
      return `const mortise_host *${name}`;
    case 'error':
      return `mortise_error *${name}`;
    case 'closure':
      return `void *${name}`;
    case 'size':
      return `uint64_t ${name}`;
    case 'out':
      return `${type?.kind === 'out' ? representations[type.of.kind].c : ''} *${name}`;
    case 'data':
      if (isSpan(type)) {
        return `${isWritten(type) ? '' : 'const '}${representations[type.of.kind].c} *${name}`;
      }
      if (type?.kind === 'text') return `const char *${name}`;
      return type?.kind === 'buffer' ? `uint8_t *${name}` : `const uint8_t *${name}`;
    case 'function': {
      const callback = type as Callback;
      return declare(`(*${name})`, callback.result, lowerCallback(callback).map(parameter));
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
  if (result.kind === 'status' || result.kind === 'statusWithMessage') return 'int32_t';
  return representations[result.kind].c;
}
