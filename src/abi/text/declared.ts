/** The functions and variables that the text of the headers declares. */
import type { Preprocessed } from './preprocessed.js';

/** A function or a variable that a header declares. Its type is the compiler's to say. */
export interface DeclaredName {
  name: string;
  header: string;
  kind: 'function' | 'variable';
  inline: boolean;
}

const typeWords =
  /^(?:const|volatile|restrict|struct|union|enum|void|char|short|int|long|float|double|signed|unsigned|extern|static|inline|register|_Bool|_Atomic)$/;

/**
 * The names that the headers declare outside types. They are read from the text because a compiler writes
 * no debug information about a function that the source file doesn't call.
 */
export function declaredNames(declarations: Preprocessed['declarations']): DeclaredName[] {
  const names = new Map<string, DeclaredName>();
  for (const { header, text } of declarations) {
    if (/^(?:typedef|_Static_assert)\b/.test(text)) continue;
    const inline = /\b(?:inline|__inline|__inline__)\b/.test(text);
    // "void (close)(int)" keeps a macro of that name from being expanded.
    const plain = text.replace(/\(\s*([A-Za-z_]\w*)\s*\)\s*(?=\()/g, (whole, name: string) =>
      typeWords.test(name) ? whole : ` ${name}`,
    );
    for (const { name, kind } of declarators(plain)) {
      const earlier = names.get(name);
      if (earlier) earlier.inline ||= inline;
      else names.set(name, { name, header, kind, inline });
    }
  }
  return [...names.values()];
}

/** What a variable starts as, or a parameter is when it isn't given. */
const initializer = /=(?!=)(?:[^,(){}]|\((?:[^()]|\([^()]*\))*\)|\{\})*/g;

/** "extern int a, *b" declares two names, and "struct s {}" none. */
export function declarators(declaration: string): { name: string; kind: 'function' | 'variable' }[] {
  const text = declaration.replace(initializer, '');
  const pointer = /\(\s*\*[\s\w]*?\b(\w+)\s*(?:\[[^\]]*\])*\s*\)\s*\(/.exec(text);
  const called = [...text.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].find(
    ([, name]) => !typeWords.test(name as string),
  );
  // "void (*hook)(int)" is a variable; "void (*hook(int))(int)" is a function.
  if (pointer && (!called || pointer.index < called.index))
    return [{ name: pointer[1] as string, kind: 'variable' }];
  if (called) return [{ name: called[1] as string, kind: 'function' }];
  const plain = text.replace(/\b(?:struct|union|enum)\s+\w*\s*(?:\{\})?|\{\}/g, ' ~ ');
  return plain.split(',').flatMap((part) => {
    const declarator = (part.split('=')[0] as string).replace(/\[[^\]]*\]/g, ' ').trim();
    const name = /(?:^|[\s*~])([A-Za-z_]\w*)$/.exec(declarator)?.[1];
    const isAlone = declarator === name && part === plain;
    return name && !isAlone && !typeWords.test(name) ? [{ name, kind: 'variable' as const }] : [];
  });
}
