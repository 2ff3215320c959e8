/** Paths into a plugin's configuration, as config.h has them: `limits."10.0.0.1"`, `nodes[2].weight`. */
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import type { Warning } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';

/** Keys and indexes; a key in quotes may hold dots. */
export function stepsOf(path: string): string[] {
  const steps = path.match(/"(?:[^"\\]|\\.)*"|[^.[\]"]+/g) ?? [];
  return steps.map((step) => (step.startsWith('"') ? step.slice(1, -1).replace(/\\(.)/g, '$1') : step));
}

export function valueAt(config: ConfigTable, path: string): ConfigValue | undefined {
  let value: ConfigValue | undefined = config;
  for (const step of stepsOf(path)) {
    value = typeof value === 'object' ? (value as ConfigTable)[step] : undefined;
  }
  return value;
}

/** A warning for each key that the plugin never asked for, with the one that it asked for in its place. */
export function unusedKeys(
  { unused, asked }: { unused: readonly string[]; asked: readonly string[] },
  plugin: string,
): Warning[] {
  const known = asked.map(stepsOf);
  return unused.map((path) => {
    const meant = meantBy(stepsOf(path), known);
    return {
      code: 'MORTISE_WARN_CONFIG_UNUSED',
      message: `${plugin} never asked for ${path}`,
      subject: plugin,
      where: `config.${path}`,
      expected: 'a key that the plugin knows',
      found: path,
      remedy:
        meant !== undefined
          ? `Did you mean ${meant}?`
          : 'Check the spelling against the plugin’s documentation, or take the key out.',
    };
  });
}

/** Of what was asked for at the same place, in whichever item of a list, the key that is spelled nearly so. */
function meantBy(path: readonly string[], asked: readonly (readonly string[])[]): string | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const around = placeOf(path.slice(0, depth - 1));
    const beside = asked
      .filter((one) => one.length >= depth && placeOf(one.slice(0, depth - 1)) === around)
      .map((one) => one[depth - 1] as string)
      .filter((key) => !/^\d+$/.test(key));
    const key = path[depth - 1] as string;
    const meant = beside.includes(key) ? undefined : nearest(key, [...new Set(beside)]);
    if (meant !== undefined) return meant;
  }
  return undefined;
}

/** Items of a list are alike. */
const placeOf = (steps: readonly string[]) =>
  JSON.stringify(steps.map((step) => (/^\d+$/.test(step) ? '*' : step)));
