/**
 * Quotes one word for a POSIX shell: single quotes, each inner one as '\''. Everything but NUL passes
 * unharmed (POSIX 2.2.2); NUL cannot be an argument and throws a RangeError.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new RangeError('A shell word cannot contain NUL.');
  return /^[A-Za-z0-9_/:=.,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
