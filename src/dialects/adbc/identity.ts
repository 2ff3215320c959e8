/** Who an ADBC driver is, as far as its file tells. */
import { type ByteSource, type GoBuild, type Image, readGoBuild } from '../../binary/index.js';
import type { Problem } from '../../errors.js';
import type { Identity } from '../../loader/record.js';
import { driverName } from './entry.js';

/** What the file doesn't say. */
export const unknown = 'unknown';

/** Who a driver is. Its interface has a place for that only in its manifest; the rest is what its builders left. */
export function identify(source: ByteSource, image: Image): { identity: Identity; problems: Problem[] } {
  const go = readGoBuild(source);
  return {
    identity: {
      name: driverName(image.exports, source.path ?? image.soname ?? ''),
      version: (go && goVersion(go)) ?? sonameVersion(image.soname) ?? unknown,
      abi: revision(image.exports),
      parser: '',
      toolchain: go ? go.go : image.producers.join('; ') || unknown,
      exactToolchain: false,
      requires: [],
      provides: [],
    },
    problems: [],
  };
}

/** What the linker was told: `-X …driverbase.infoDriverVersion=v1.13.0`; else the module's own. */
function goVersion({ settings, modules }: GoBuild): string | undefined {
  const told = /infoDriverVersion=v?(\d[\w.+-]*)/.exec(settings.get('-ldflags') ?? '')?.[1];
  const [module = ''] = modules.values();
  return told ?? /^v(\d[\w.+-]*)/.exec(module)?.[1];
}

/** Apache's drivers count a release in three digits: `libadbc_driver_sqlite.so.113` is 1.13. */
function sonameVersion(soname = ''): string | undefined {
  const [, numbers] = /\.so\.([\d.]+)$|\.([\d.]+)\.dylib$/.exec(soname)?.filter(Boolean) ?? [];
  const release = numbers && /^(\d+)(\d\d)$/.exec(numbers);
  return release ? `${Number(release[1])}.${Number(release[2])}` : numbers;
}

/** The interface's revision as far as exports show it: a library may export its init alone. */
function revision(exports: readonly string[]): string {
  if (exports.includes('AdbcStatementCancel')) return '1.1';
  return exports.includes('AdbcDatabaseNew') ? '1.0' : unknown;
}
