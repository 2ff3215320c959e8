// The licences of other people's code that lies inside what is published.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of Markdown. @throws when a package has no licence's text: then it can't be published */
export function licences(what, packages) {
  const parts = packages.toSorted().map((name) => {
    const folder = join('node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no file with its licence`);
    return `## ${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return [`# Code by others in ${what}\n`, ...parts].join('\n');
}
