import type { ByteSource, Image } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity } from '../../loader/record.js';
import { unversioned } from '../../loader/service-fits.js';
import { readComponent } from './component.js';

/** A component has a name and services; versions only as far as its metadata or its services' names have them. */
export function identify(source: ByteSource, image: Image): { identity?: Identity; problems: Problem[] } {
  const { name, provides, requires, metadata, problems } = readComponent(source, image);
  if (problems.length > 0) return { problems };
  return {
    identity: {
      name,
      version: metadata['mysql.version'] ?? metadata.version ?? 'unknown',
      abi: '9',
      parser: '',
      toolchain: image.producers[0] ?? 'unknown',
      exactToolchain: false,
      requires: requires.map((service, index) => ({
        ...unversioned(service),
        optional: false,
        symbol: `requires[${index}]`,
      })),
      // Who asks for a service gets any of its implementations, and who asks for one gets that.
      provides: provides.flatMap((full, index) =>
        [full.slice(0, full.indexOf('.')), full].map((service) => ({
          ...unversioned(service),
          symbol: `provides[${index}]`,
        })),
      ),
    },
    problems: [],
  };
}
