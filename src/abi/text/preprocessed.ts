/** What the preprocessor left of the headers, each part with the header that it came from. */
export interface Preprocessed {
  /** Top-level declarations, without bodies and attributes. */
  declarations: { header: string; text: string }[];
  /** All code of each header, as one text. */
  texts: Map<string, string>;
  /** Macros as they stand at the end: a name that was undefined again is not there. */
  macros: Map<string, { header: string; parameters: string | null; body: string }>;
}

/** Splits the output of `cc -E -dD`. `headerOf` says which header a path is, or undefined for another file. */
export function readPreprocessed(
  output: string,
  headerOf: (path: string) => string | undefined,
): Preprocessed {
  const macros: Preprocessed['macros'] = new Map();
  const code: { header: string; text: string }[] = [];
  let header: string | undefined;
  for (const line of output.split('\n')) {
    const marker = /^# \d+ "((?:[^"\\]|\\.)*)"/.exec(line);
    if (marker) header = headerOf((marker[1] as string).replace(/\\(.)/g, '$1'));
    else if (line.startsWith('#undef ')) macros.delete(line.slice('#undef '.length).trim());
    else if (header === undefined) continue;
    else if (line.startsWith('#define ')) {
      const [, name = '', parameters, body = ''] = /^#define (\w+)(\([^)]*\))? ?(.*)$/.exec(line) ?? [];
      const list = parameters
        ?.slice(1, -1)
        .replace(/\s*,\s*/g, ', ')
        .trim();
      macros.set(name, { header, parameters: list === undefined ? null : `(${list})`, body: body.trim() });
    } else if (!line.startsWith('#')) {
      // A header that another one includes in its middle must not tear a declaration apart.
      const last = code.at(-1);
      if (last?.header === header) last.text += `\n${line}`;
      else code.push({ header, text: line });
    }
  }
  const declarations = code.flatMap(({ header, text }) =>
    topLevel(text).map((declaration) => ({ header, text: declaration })),
  );
  const texts = new Map<string, string>();
  for (const { header, text } of code) texts.set(header, `${texts.get(header) ?? ''}${text}\n`);
  return { declarations, macros, texts };
}

/** Declarations end in a semicolon outside all brackets, or in a function's body. */
function topLevel(text: string): string[] {
  const declarations: string[] = [];
  let current = '';
  let parentheses = 0;
  let braces = 0;
  let isBody = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+|\s+|[^\w\s]/g)) {
    if (token === '(') parentheses += 1;
    if (token === ')') parentheses -= 1;
    if (token === '{' && braces++ === 0)
      isBody = parentheses === 0 && /\)\s*$/.test(withoutAttributes(current));
    // What stands in braces is in the debug information; here only names and brackets matter.
    if (braces === 0) current += token;
    if (token === '}' && --braces === 0) {
      current += isBody ? '' : '{}';
      if (!isBody) continue;
    } else if (token !== ';' || braces > 0 || parentheses > 0) continue;
    declarations.push(current.replace(/;$/, ''));
    current = '';
  }
  return declarations
    .map((declaration) => withoutAttributes(declaration).replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** Removes `__attribute__((…))` and its like, whose arguments may hold brackets of their own. */
export function withoutAttributes(text: string): string {
  const starts = /\b(?:__attribute__|__attribute|_Alignas|__declspec|__asm__|asm)\s*\(/g;
  let rest = '';
  let from = 0;
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    let depth = 1;
    let end = starts.lastIndex;
    for (; depth > 0 && end < text.length; end += 1)
      depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    rest += `${text.slice(from, match.index)} `;
    from = end;
    starts.lastIndex = end;
  }
  return (rest + text.slice(from)).replace(/\b(?:__extension__|_Noreturn)\b/g, '');
}
