/** Finds one library by name, in the order of its loader. */
import { endianness } from 'node:os';
import { resolve } from 'node:path';
import type { ResolveOptions } from './dependency.js';
import { misfit } from './fit.js';
import { loaderFor } from './loaders.js';
import { readNeeds } from './needs.js';
import type { Needs } from './place.js';

/** Where a library was found, and where it was looked for. */
export interface Found {
  /** Undefined when there is none that this process could load. */
  path?: string;
  /** In that order: directories, the cache, and files that were refused, with the reason. */
  searched: string[];
}

const formats: Partial<Record<NodeJS.Platform, Needs['format']>> = { darwin: 'macho', win32: 'pe' };

/** A library by its file name alone, as the system's loader finds it when a program asks for it. */
export function findLibrary(name: string, options: ResolveOptions = {}): Found {
  const { platform = process.platform, arch = process.arch } = options;
  const needs: Needs = {
    format: formats[platform] ?? 'elf',
    arch,
    bits: ['arm', 'ia32', 'mips', 'mipsel'].includes(arch) ? 32 : 64,
    endian: endianness() === 'LE' ? 'little' : 'big',
    dependencies: [],
    weakDependencies: [],
    rpath: [],
    runpath: [],
  };
  const searched = new Set<string>();
  const program = { path: process.execPath, needs, beside: false };
  for (const place of loaderFor(needs, { ...options, arch })?.places(name, program) ?? []) {
    // dyld would also take it from the current directory, which nobody asked to be searched.
    if (place.system === 'without a file' || place.file === resolve(name)) continue;
    searched.add(place.label);
    const reading = readNeeds(place.file, arch);
    if (reading.kind === 'absent') continue;
    const reason = reading.kind === 'refused' ? reading.reason : misfit(reading.needs, needs)?.reason;
    if (reason === undefined) return { path: place.file, searched: [...searched] };
    searched.add(`${place.file} (${reason})`);
  }
  return { searched: [...searched] };
}
