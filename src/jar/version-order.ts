/** A part of a version with what stands before it. */
interface Token {
  readonly isAfterDot: boolean;
  readonly text: string;
  readonly isNumber: boolean;
}

/** The qualifiers that have an order of their own; every other one comes after them, by the alphabet. */
const ranks: Readonly<Record<string, number>> = {
  alpha: 0,
  beta: 1,
  milestone: 2,
  rc: 3,
  cr: 3,
  snapshot: 4,
  '': 5,
  final: 5,
  ga: 5,
  release: 5,
  sp: 6,
};
const unknownRank = 7;
const short: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/**
 * The order of two versions by Maven's rules (POM reference, "Version Order Specification"): below 0 where `one` is
 * the older. Gives undefined where it is not known: one is no number, or they say the same in other words.
 */
export function compareVersions(one: string, other: string): number | undefined {
  if (![one, other].every(isOrdered)) return undefined;
  const [left, right] = [tokensOf(one), tokensOf(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareTokens(left[at], right[at]);
    if (order !== 0) return order;
  }
  return undefined;
}

/** Begins with a number, and is no hash of a commit. */
const isOrdered = (version: string): boolean =>
  /^v?\d/i.test(version) && version.length <= 200 && !/^(?=.*\d[a-f])[0-9a-f]{7,40}$/i.test(version);

function tokensOf(version: string): readonly Token[] {
  const tokens: Token[] = [];
  let isAfterDot = false;
  const parts = version
    .toLowerCase()
    .replace(/^v/, '')
    .split(/([.-]|(?<=\d)(?=[^\d.-])|(?<=[^\d.-])(?=\d))/);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      isAfterDot = part === '.';
      continue;
    }
    const isNumber = /^\d*$/.test(part);
    const isShort =
      short[part] !== undefined && parts[index + 1] === '' && /^\d/.test(parts[index + 2] ?? '');
    const text = isNumber ? part.replace(/^0+/, '') : isShort ? (short[part] ?? part) : part;
    tokens.push({ isAfterDot, text, isNumber });
  }
  return trim(tokens);
}

/** Without the parts that say nothing (0, final, ga), at the end and before every hyphen. */
function trim(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  let isEnd = true;
  for (const token of tokens.toReversed()) {
    if (isEnd && isNull(token)) continue;
    kept.unshift(token);
    isEnd = !token.isAfterDot;
  }
  return kept;
}

/** A part that is not there says as much as 0 or no qualifier. */
function compareTokens(one: Token | undefined, other: Token | undefined): number {
  if (one === undefined) return other === undefined ? 0 : -compareTokens(other, one);
  const { isNumber, text } = other ?? { isNumber: one.isNumber, text: '' };
  if (one.isNumber !== isNumber) return one.isNumber ? 1 : -1;
  if (!isNumber)
    return (
      rankOf(one.text) - rankOf(text) || (rankOf(text) === unknownRank ? compareTexts(one.text, text) : 0)
    );
  if (other !== undefined && one.isAfterDot !== other.isAfterDot) return one.isAfterDot ? 1 : -1;
  return one.text.length - text.length || compareTexts(one.text, text);
}

const isNull = ({ isNumber, text }: Token): boolean => (isNumber ? text === '' : rankOf(text) === rankOf(''));
const rankOf = (qualifier: string): number =>
  (Object.hasOwn(ranks, qualifier) ? ranks[qualifier] : undefined) ?? unknownRank;
const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
