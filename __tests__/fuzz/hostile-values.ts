import fc from 'fast-check';
import { canary } from './canary.ts';

/** What a shell, a parser of files or a terminal may take for something else. */
const fragments: readonly string[] = [
  ...'\'"`\\$#!~*?[]{}()<>|&;=:,.-+@%/^ \t\n\r\0'.split(''),
  ...['\r\n', '\n\n', '\x1b[31m', '\x9b31m', '\x07', '\x08', '\x7f', '\x0b', '\x0c', '\x85', '\x01'],
  ...['\u00a0', '\u2028', '\u2029', '\u3000', '\ufeff', '\u200b', '\u2060', '\u202e', '\u200f', '\u2066'],
  ...['é', 'e\u0301\u0301\u0301', '𝄞', '👩‍👩‍👧', '中', '\ud800', '\udc00', '\udfff\ud83d', '\ufffd'],
  ...[`$(${canary})`, `\`${canary}\``, `;${canary};`, `|${canary}`, `&${canary}&`, `\n${canary}\n`],
  ...[
    `'; ${canary}; '`,
    `"; ${canary}; "`,
    `\\'; ${canary}; \\'`,
    `$'\\n${canary}'`,
    `&&${canary}||${canary}`,
  ],
  ...[
    `>${canary}-made`,
    `<(${canary})`,
    `2>&1|${canary}`,
    `a[$(${canary})]`,
    `$((${canary}))`,
    `\${x:=${canary}}`,
  ],
  ...[
    '*',
    '?*',
    '[a-z]*',
    '*/*',
    '{a,b}',
    '~root',
    '!!',
    '!-1',
    '..',
    '../..',
    '/../',
    '//',
    '-',
    '--',
    '-n',
    '-e',
  ],
  ...[
    '--help',
    '-rf',
    '-c',
    '-',
    '+x',
    '@reason=unhealthy',
    '@lease=held',
    '::error::x',
    '##[error]x',
    '::stop-commands::x',
  ],
  ...[
    '%s',
    '%n%n',
    '%0A',
    '%00',
    '%%',
    '\\n',
    '\\0',
    '\\x41',
    '\\\\',
    "'\\''",
    '$HOME',
    '$\x7bIFS}',
    '$0',
    '$@',
    '$$',
  ],
  ...[
    '{port}',
    '{color}',
    '{management-port}',
    '{{port}}',
    '{po{color}rt}',
    '@port@',
    '@app@',
    '$service_url',
    '$host',
  ],
  ...[
    'CONF',
    'UNIT',
    'AWK',
    'LAUNCHER',
    '\nCONF\n',
    '\nLAUNCHER\n',
    'KEY=VALUE',
    '=',
    'true',
    'null',
    '0',
    '-1',
    '1e9',
    'NaN',
  ],
  ...['a', 'Z', '9', '_', 'x.y', 'shop', '<img src=x>', '| a | b |', '```', '"key": "value",'],
];

const fragment = fc.constantFrom(...fragments);

/** 64 KiB and beyond, of one byte or four each. */
const huge = fc
  .tuple(
    fc.constantFrom('a', "'", '\\', ' a', '𝄞', '\n', '/', '9', '$', '{port}'),
    fc.constantFrom(4000, 19_000, 59_000, 65_535, 65_536, 70_001),
  )
  .map(([unit, bytes]) => unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit))));

const mixture = fc.array(fragment, { minLength: 1, maxLength: 12 }).map(parts => parts.join(''));

/** Text that means harm. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: mixture },
  { weight: 20, arbitrary: fragment },
  { weight: 18, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: huge },
);

/** Hostile text that may stand in a line of a file. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is left out
export const hostileLine = hostile.map(text => text.toWellFormed().replace(/[\0-\x1f\x7f]/g, ''));

/** Hostile values, acceptable ones, and acceptable ones with something hostile in, before or after them. */
export const around = (accepted: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: hostile },
    {
      weight: 3,
      arbitrary: fc.tuple(accepted, fragment, fc.double({ min: 0, max: 1, noNaN: true })).map(insert),
    },
    { weight: 4, arbitrary: accepted },
  );

function insert([value, part, place]: readonly [string, string, number]): string {
  const at = Math.round(place * value.length);
  return `${value.slice(0, at)}${part}${value.slice(at)}`;
}
