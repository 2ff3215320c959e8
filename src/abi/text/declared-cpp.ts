/** The names that C++ headers declare in namespaces: types, functions, variables. What they are is the compiler's to say. */
import { declarators } from './declared.js';
import { withoutAttributes } from './preprocessed.js';

/** One name, with all namespaces around it. */
export interface ScopedName {
  /** "shop::v1::price" */
  name: string;
  header: string;
  /** An alias: `typedef` or `using … =`. It may be all that names an instance of a template. */
  isAlias: boolean;
}

/**
 * @param texts what the preprocessor left of each header, by its name
 * @returns each name once, in order, and the declarations in which they stand
 */
export function scopedNames(texts: ReadonlyMap<string, string>): {
  names: ScopedName[];
  declarations: { header: string; text: string }[];
} {
  const names = new Map<string, ScopedName>();
  const declarations: { header: string; text: string }[] = [];
  for (const [header, text] of texts) {
    for (const { scope, declaration } of declarationsIn(text)) {
      declarations.push({ header, text: declaration });
      for (const { name, isAlias } of namesOf(declaration)) {
        const full = [...scope, name].join('::');
        if (!names.has(full)) names.set(full, { name: full, header, isAlias });
      }
    }
  }
  return { names: [...names.values()], declarations };
}

interface Scoped {
  /** The namespaces around it, from outside. */
  scope: string[];
  /** Without bodies and attributes. */
  declaration: string;
}

const token = /R"([^()\s\\]{0,16})\([\s\S]*?\)\1"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\w+|\s+|[^\w\s]/g;
const opensNamespace = /(?:^|\s)(?:inline\s+)?namespace(?:\s+((?:\w+|::|\s|inline)*))?$/;
const opensLinkage = /(?:^|\s)extern\s*"C(?:\+\+)?"$/;

/** Goes into namespaces and `extern "C"`; what stands in other braces belongs to a declaration. */
function declarationsIn(text: string): Scoped[] {
  const found: Scoped[] = [];
  const open: string[][] = [];
  let current = '';
  let parentheses = 0;
  let braces = 0;
  let isBody = false;
  const end = () => {
    const declaration = withoutAttributes(current)
      .replace(/\[\[[\s\S]*?\]\]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const scope = open.flat();
    // A namespace without a name is each source file's own.
    if (declaration && !scope.includes('')) found.push({ scope, declaration });
    current = '';
  };
  for (const [part] of text.matchAll(token)) {
    if (braces === 0 && parentheses === 0 && part === '{') {
      const head = withoutAttributes(current)
        .replace(/\[\[[\s\S]*?\]\]/g, ' ')
        .trim();
      const [, name] = opensNamespace.exec(head) ?? [];
      if (opensNamespace.test(head) || opensLinkage.test(head)) {
        const isLinkage = opensLinkage.test(head);
        open.push(
          isLinkage ? [] : (name ?? '').split('::').map((each) => each.replace(/\binline\b/, '').trim()),
        );
        current = '';
        continue;
      }
    }
    if (braces === 0 && parentheses === 0 && part === '}') {
      open.pop();
      current = '';
      continue;
    }
    if (part === '(') parentheses += 1;
    if (part === ')') parentheses -= 1;
    if (part === '{' && braces++ === 0) isBody = parentheses === 0 && startsBody(current);
    if (braces === 0) current += part;
    if (part === '}' && --braces === 0) {
      current += isBody ? '' : '{}';
      if (isBody) end();
    } else if (part === ';' && braces === 0 && parentheses === 0) {
      current = current.slice(0, -1);
      end();
    }
  }
  return found;
}

/** A function's body follows its parameters and what may stand behind them; a class's, its name and bases. */
function startsBody(head: string): boolean {
  const text = withoutAttributes(head)
    .replace(/\[\[[\s\S]*?\]\]/g, ' ')
    .trim();
  return (
    /\)\s*(?:(?:const|volatile|noexcept|override|final|&&?|noexcept\s*\(.*\)|->.*|requires .*|:.*)\s*)*$/s.test(
      text,
    ) && !/^(?:class|struct|union|enum)\b[^(]*$/.test(text)
  );
}

const skipped =
  /^(?:template|extern template|static_assert|_Static_assert|friend|concept|namespace|using namespace|asm)\b/;

function namesOf(declaration: string): { name: string; isAlias: boolean }[] {
  const text = declaration.replace(/^extern "C(?:\+\+)?" /, 'extern ');
  if (skipped.test(text)) return [];
  const [, alias] = /^using (\w+) ?=/.exec(text) ?? [];
  if (alias) return [{ name: alias, isAlias: true }];
  if (/^using\b/.test(text)) return [];
  const type =
    /^(?:typedef )?(?:class|struct|union|enum(?: class| struct)?) (?:alignas ?\([^)]*\) ?)?(\w+)(?: final)? ?(?::[^:{(][^{(]*)?(?:\{\}|$)/.exec(
      text,
    );
  const named = type?.[1] ? [{ name: type[1], isAlias: false }] : [];
  const isTypedef = text.startsWith('typedef ');
  // Of a type that is defined here, what follows the braces declares more.
  const rest = plainDeclaration(type ? `int ${text.slice((type.index ?? 0) + type[0].length)}` : text);
  const more = /\w\W*\w/.test(rest) ? declaratorsOf(rest) : [];
  return [...named, ...more.map((name) => ({ name, isAlias: isTypedef }))];
}

/** In words of C: no template arguments, specifiers, default arguments, or what follows the parameters. */
function plainDeclaration(text: string): string {
  let plain = text
    .replace(/^typedef /, '')
    .replace(/\boperator ?(?:<=>|<<=?|>>=?|<=?|>=?|->\*?)/g, (match) =>
      match.replace(/</g, '⟨').replace(/>/g, '⟩'),
    );
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/<[^<>;{}]*>/g, '');
  }
  return plain
    .replace(/⟨/g, '<')
    .replace(/⟩/g, '>')
    .replace(
      /\b(?:constexpr|consteval|constinit|inline|explicit|static|thread_local|mutable|virtual)\b/g,
      ' ',
    )
    .replace(/\b(?:decltype|noexcept|alignas)\s*\((?:[^()]|\([^()]*\))*\)/g, ' int ')
    .replace(/\bnoexcept\b/g, ' ')
    .replace(/\)\s*->.*$/, ')')
    .replace(/\w+(?:::\w+)*::(?=\w+\s)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function declaratorsOf(text: string): string[] {
  const operator = /\boperator ?(\(\)|\[\]|[^\s\w(]+|\w+)\s*\(/.exec(text);
  if (operator) {
    const isMember = /::\s*$/.test(text.slice(0, operator.index));
    return isMember || /\w/.test(operator[1] as string) ? [] : [`operator${operator[1]}`];
  }
  // "rule::rule()" belongs to a class, which says it itself.
  if (/::~?\w+ ?\(/.test(text)) return [];
  return declarators(text).map(({ name }) => name);
}
