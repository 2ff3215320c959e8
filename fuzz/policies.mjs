// Reasons for which verify refuses what a loader may take. docs/verify.md says why.

/** Of any file. */
const general = [
  { name: 'limits', fits: ({ code }) => code === 'MORTISE_ERR_BINARY_LIMIT' },
  { name: 'a file that was cut', fits: ({ code }) => code === 'MORTISE_ERR_BINARY_TRUNCATED' },
  { name: 'another C library', fits: ({ code }) => code === 'MORTISE_ERR_LIBC_MISMATCH' },
  { name: 'another system', fits: ({ code }) => code === 'MORTISE_ERR_FORMAT_MISMATCH' },
  { name: 'an executable', fits: ({ code }) => code === 'MORTISE_ERR_NOT_A_LIBRARY' },
];

/** Of damaged files: nothing that a linker wrote may be refused for them. */
const damaged = [
  { name: 'damage to what runs at the end', fits: ({ where = '' }) => where.startsWith('DT_FINI') },
  {
    name: 'calls that nothing binds',
    fits: ({ where, message }) => where === 'DT_PLTREL' && /needs/.test(message),
  },
  {
    name: 'damage that leads the loader outside a table',
    fits: ({ message }) =>
      /outside|no such symbol|no such version|does not end|doesn't end|has more bytes|fewer relocations|not where the program headers/.test(
        message,
      ),
  },
  {
    name: 'contradictions that the loader does not look at',
    fits: ({ code }) => code === 'MORTISE_ERR_BINARY_MALFORMED',
  },
];

/** @returns {string | undefined} the policy behind a refusal */
export function policyOf(reason, isDamaged) {
  const policies = isDamaged ? [...general, ...damaged] : general;
  return policies.find(({ fits }) => fits(reason))?.name;
}
