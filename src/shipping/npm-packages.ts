/** The npm packages of a plugin: one with its plugin.json, and one for each platform, which npm installs where it fits. */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleFile } from '../loader/bundle.js';
import type { Staged } from './stage.js';

export interface NpmPackage {
  /** With its scope. */
  name: string;
  directory: string;
  files: string[];
}

/** Sorts a staged directory into packages, in directories beside it; the platforms' first, as they must be published. */
export function npmPackages({ json, files }: Staged, directory: string, name: string): NpmPackage[] {
  const { version = '', description, license, author, homepage, library } = json;
  const keys = Object.keys(library as Record<string, string>);
  const common = { version, license, author, homepage };
  const packages = keys.map((key): NpmPackage => {
    const own = files.filter((file) => file.startsWith(`${key}/`));
    const place = `${directory}-${key}`;
    for (const file of own) {
      mkdirSync(dirname(join(place, file)), { recursive: true });
      renameSync(join(directory, file), join(place, file));
    }
    const manifest = {
      name: `${name}-${key}`,
      ...common,
      description: `${json.name} for ${key}`,
      ...platformOf(key),
      files: [key],
    };
    return { name: manifest.name, directory: place, files: withManifest(place, manifest, own) };
  });
  const bundle = { ...json, packages: Object.fromEntries(keys.map((key) => [key, `${name}-${key}`])) };
  writeFileSync(join(directory, bundleFile), `${JSON.stringify(bundle, null, 2)}\n`);
  const rest = files.filter((file) => !keys.some((key) => file.startsWith(`${key}/`)));
  const manifest = {
    name,
    ...common,
    description,
    keywords: ['mortise-plugin'],
    files: rest,
    optionalDependencies: Object.fromEntries(packages.map((one) => [one.name, version])),
  };
  return [...packages, { name, directory, files: withManifest(directory, manifest, rest) }];
}

/** Which machines npm installs it on. */
function platformOf(key: string): object {
  const [os, cpu, libc] = key.split('-');
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}

function withManifest(directory: string, manifest: object, files: readonly string[]): string[] {
  const path = join(directory, 'package.json');
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  // As stage() does for plugin.json.
  chmodSync(path, 0o644);
  return [...new Set(['package.json', ...files])].sort();
}

/** As `npm pack` calls it: `acme-router-1.0.0`. */
export const tarballName = (name: string, version: string): string =>
  `${name.replace(/^@/, '').replace('/', '-')}-${version}`;
