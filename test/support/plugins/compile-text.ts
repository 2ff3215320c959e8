/** A plugin from C that stands in a test. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const flags = ['-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', `-I${resolve('include')}`];

/** @returns `path` */
export function compileText(path: string, text: string): string {
  const input = `#include <mortise/mortise.h>\n${text}`;
  execFileSync('cc', [...flags, '-x', 'c', '-', '-o', path], { input, stdio: ['pipe', 'pipe', 'pipe'] });
  return path;
}
