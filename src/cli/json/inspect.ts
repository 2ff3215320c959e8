/** The document of `mortise inspect --json`. */
import { tellingCalls } from '../calls.js';
import type { Inspected, InspectedImage } from '../inspected.js';

/** What `mortise inspect --json` prints: one record, or one for each architecture under `slices`. */
export function inspectDocument({ path, size, images }: Inspected) {
  const [first, ...others] = images;
  if (others.length === 0) return { path, size, ...imageRecord(first) };
  return { path, size, format: first.image.format, slices: images.map(imageRecord) };
}

function imageRecord({ image, dialect, info, startup }: InspectedImage) {
  return {
    format: image.format,
    arch: image.arch,
    bits: image.bits,
    endian: image.endian,
    kind: image.kind,
    os: image.os ?? null,
    minimumOs: image.minimumOs ?? null,
    soname: image.soname ?? null,
    buildId: image.buildId ?? null,
    libc: image.libc,
    execStack: image.execStack,
    dependencies: image.dependencies,
    weakDependencies: image.weakDependencies,
    rpath: image.rpath,
    runpath: image.runpath,
    newestVersions: image.newestVersions,
    versionNeeds: image.versionNeeds,
    producers: image.producers,
    startup,
    calls: tellingCalls(image.imports),
    dialect,
    info,
    exports: image.exports,
    imports: image.imports,
    weakImports: image.weakImports,
  };
}
