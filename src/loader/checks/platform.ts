/** Is the image for this operating system and processor, and is it a library at all? */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

const formats: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macho', win32: 'pe' };
const formatNames = { elf: 'ELF', macho: 'Mach-O', pe: 'PE' } as const;

export const checkFormat: Check = ({ image, path }, host) => {
  if (!image) return [];
  const expected = (formats[host.platform] ?? 'elf') as keyof typeof formatNames;
  const otherSystem = image.os !== undefined && image.os !== host.platform;
  if (image.format === expected && !otherSystem) return [ok('format', formatNames[image.format])];
  const found = otherSystem ? `${formatNames[image.format]} for ${image.os}` : formatNames[image.format];
  return [
    failed('format', {
      code: 'MORTISE_ERR_FORMAT_MISMATCH',
      message: `${found}, ${host.target ? host.target.name : 'this system'} loads ${formatNames[expected]} for ${host.platform}`,
      subject: path,
      expected: `${formatNames[expected]} for ${host.platform}`,
      found,
      remedy: `Build the plugin for ${host.platform}, or take its ${host.platform} release.`,
    }),
  ];
};

export const checkArch: Check = ({ image, path }, host) => {
  if (!image) return [];
  if (image.arch === host.arch) return [ok('arch', image.arch)];
  return [
    failed('arch', {
      code: 'MORTISE_ERR_ARCH_MISMATCH',
      message: `plugin ${image.arch}, ${host.target ? 'target' : 'host'} ${host.arch}`,
      subject: path,
      expected: host.arch,
      found: `${image.arch} (${image.bits} bit, ${image.endian} endian)`,
      remedy: `Build the plugin for ${host.arch}, or run it under a Node.js for ${image.arch}.`,
    }),
  ];
};

const kinds = {
  shared: 'a shared library',
  executable: 'an executable',
  object: 'an object file',
  other: 'something else',
};

export const checkKind: Check = ({ image, path }) => {
  if (!image) return [];
  if (image.kind === 'shared') return [ok('library', kinds.shared)];
  return [
    failed('library', {
      code: 'MORTISE_ERR_NOT_A_LIBRARY',
      message: `it is ${kinds[image.kind]}`,
      subject: path,
      expected: kinds.shared,
      found: kinds[image.kind],
      remedy: 'Link the plugin with -shared (C), or as crate-type cdylib (Rust).',
    }),
  ];
};
