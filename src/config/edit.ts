/** Adds plugins to a mortise.toml and takes them out, as a person would: comments and order stay. */
import type { AST } from 'toml-eslint-parser';
import { MortiseError } from '../errors.js';

/** @param name as in `[[plugins]]` @returns the text with a section at its end */
export function withPlugin(text: string, name: string): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${before === '' ? '' : '\n'}[[plugins]]\nname = ${JSON.stringify(name)}\n`;
}

/**
 * The text without the section of one plugin, the tables in it, and the comment right above it.
 * @param index from 0, in the order of the file
 * @throws MortiseError MORTISE_ERR_CONFIG_EDIT when the plugins are one list, not sections
 */
export async function withoutPlugin(text: string, index: number, subject: string): Promise<string> {
  const { parseTOML } = await import('toml-eslint-parser');
  const { body } = parseTOML(text, { tomlVersion: '1.1' }).body[0];
  const tables = body.filter((one): one is AST.TOMLTable => one.type === 'TOMLTable');
  const own = tables.filter(({ resolvedKey: [first, second] }) => first === 'plugins' && second === index);
  if (own.length === 0) {
    throw new MortiseError({
      code: 'MORTISE_ERR_CONFIG_EDIT',
      message: 'its plugins are not written as sections, so none can be taken out of it',
      subject,
      where: 'plugins',
      expected: 'sections [[plugins]]',
      found: 'a list',
      remedy: 'Take the plugin out by hand.',
    });
  }
  const lines = text.split('\n');
  const starts = tables.map(({ loc }) => above(lines, loc.start.line - 1));
  const dropped = new Set<number>();
  for (const table of own) {
    const at = tables.indexOf(table);
    for (let line = starts[at] as number; line < (starts[at + 1] ?? lines.length); line++) dropped.add(line);
  }
  const rest = lines.filter((_, line) => !dropped.has(line)).join('\n');
  return rest.trim() === '' ? '' : `${rest.replace(/\n+$/, '')}\n`;
}

/** The first line of the comment right above a line. */
function above(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 0 && lines[first - 1]?.trimStart().startsWith('#')) first--;
  return first;
}
