/** Rules of macOS about the signature of an image. What it says, only macOS can check. */
import { hex } from '../../faults.js';
import { commandTypes, find } from '../commands.js';
import { isMacos, type Rule, version } from './subject.js';

const arm64 = 0x0100_000c;

/** On Apple's own processors the kernel maps no code without one, an ad hoc one at least. */
export const isSigned: Rule = ({ source, header, commands, sdk }) => {
  const command = find(commands, commandTypes.codeSignature)?.fields;
  const where = 'LC_CODE_SIGNATURE';
  const sign = 'Sign it: codesign --sign - FILE. A linker of Xcode 12 or later does so by itself.';
  if (!command) {
    const isNeeded = header.cpuType === arm64 && isMacos(commands);
    if (!isNeeded) return undefined;
    const message = 'it is not signed, and macOS on arm64 maps no code that is not';
    return { message, where, expected: 'a signature, an ad hoc one at least', found: 'none', remedy: sign };
  }
  const [offset, size] = [command.u32(8), command.u32(12)];
  if (offset + size > source.size) {
    return {
      message: 'its signature lies outside of the file',
      where,
      expected: `at most ${source.size} bytes`,
      found: `${size} bytes from ${hex(offset)}`,
      remedy: sign,
    };
  }
  const alignment = header.wide ? 8 : 4;
  if (offset % alignment === 0 || sdk < version(10, 15)) return undefined;
  return {
    message: 'its signature is not aligned',
    where,
    expected: `an offset that is a multiple of ${alignment}`,
    found: hex(offset),
    remedy: sign,
  };
};
