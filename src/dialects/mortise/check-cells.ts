/** Can the host fill every cell? A plugin calls through one without looking, so a cell that stays empty is a crash. */
import { whyNotFilled } from '../../loader/cell.js';
import { failed } from '../../loader/checks/result.js';
import type { Check, CheckResult, Evidence } from '../../loader/record.js';
import { symbols } from './layout.js';

/** As many as a file may need services; far more is not a plugin. */
const maxCells = 4096;

export const checkCells: Check = (evidence) => {
  const hidden = (evidence.identity?.requires ?? []).filter(({ cell }) => cell === undefined);
  return [
    ...protectedCells(evidence),
    ...hidden.map(({ name, major, minor, symbol }) => {
      const cell = symbol.slice(symbols.requires.length) + symbols.cell;
      return refuse(
        evidence,
        `needs ${name} ${major}.${minor} and does not export its cell`,
        cell,
        `no ${cell}`,
      );
    }),
    ...hiddenInSection(evidence),
  ];
};

function protectedCells({ image, identity, path }: Evidence): CheckResult[] {
  return (identity?.requires ?? []).flatMap(({ name, cell }) => {
    const problem = image && cell !== undefined ? whyNotFilled(image, cell, name) : undefined;
    return problem ? [failed('services', { subject: path, ...problem })] : [];
  });
}

/** Cells that no exported requirement names: all of a static library whose symbols the linker keeps to the plugin. */
function hiddenInSection(evidence: Evidence): CheckResult[] {
  const { image, source, identity } = evidence;
  const section = image?.sections?.get(symbols.cells);
  if (!image || !section || !identity) return [];
  const width = image.bits / 8;
  const count = Math.floor(Math.min(section.size, maxCells * width) / width);
  const bytes = source.read(section.offset, count * width);
  const known = new Set(identity.requires.flatMap(({ cell = '' }) => image.symbols.get(cell)?.offset ?? []));
  const versions: string[] = [];
  for (let index = 0; index < count; index++) {
    if (known.has(section.offset + index * width)) continue;
    const low =
      image.endian === 'little'
        ? bytes.readUInt32LE(index * width)
        : bytes.readUInt32BE(index * width + width - 4);
    versions.push(`${low >>> 16}.${low & 0xffff}`);
  }
  if (versions.length === 0 || identity.requires.some(({ cell }) => cell === undefined)) return [];
  const one = versions.length === 1;
  return [
    refuse(
      evidence,
      `has ${one ? 'a service cell' : `${versions.length} service cells`} that the host cannot see`,
      symbols.cells,
      `${one ? 'one' : versions.length} more in the file, for ${one ? 'version' : 'versions'} ${versions.join(', ')} of what is not exported`,
    ),
  ];
}

const refuse = ({ path }: Evidence, message: string, where: string, found: string): CheckResult =>
  failed('services', {
    code: 'MORTISE_ERR_SERVICE_HIDDEN',
    message,
    subject: path,
    where,
    expected: `${symbols.requires}… and …${symbols.cell} exported for each service`,
    found,
    remedy: `Leave ${symbols.requires}*, ${symbols.provides}* and *${symbols.cell} global in the version script, and link without --exclude-libs for mortise_services.`,
  });
