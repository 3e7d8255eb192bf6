import { type Launch, splitWords } from './launch.ts';

/** What a JVM with these launch options takes for its heap. */
export interface Heap {
  readonly most:
    | { readonly kind: 'bytes'; readonly bytes: number }
    /** A share of the machine's memory, in percent. */
    | { readonly kind: 'share'; readonly percent: number }
    /** Set somewhere that is not read here, such as a file of options. */
    | { readonly kind: 'unknown' };
  /** Undefined = what the JVM chooses. */
  readonly startBytes: number | undefined;
}

/** What Java takes where nobody says otherwise. */
const usualPercent = 25;

/** The heap by java-opts, and by the variables of env that a JVM reads. */
export function readHeap(launch: Launch): Heap {
  const words = wordsInOrder(launch);
  const startBytes = lastOf(words, /^(?:-Xms|-XX:InitialHeapSize=)(.+)$/, readSize) || undefined;
  if (words.some(word => /^(@|-XX:(Flags|VMOptionsFile|MaxRAM)=|-XX:\+AggressiveHeap$)/.test(word)))
    return { most: { kind: 'unknown' }, startBytes };
  const bytes = lastOf(words, /^(?:-Xmx|-XX:MaxHeapSize=)(.+)$/, readSize);
  if (bytes !== undefined) return { most: { kind: 'bytes', bytes }, startBytes };
  const percent = lastOf(words, /^-XX:MaxRAMPercentage=(\d{1,3}(?:\.\d+)?)$/, Number) ?? usualPercent;
  return { most: { kind: 'share', percent: Math.min(percent, 100) }, startBytes };
}

/** All options, those that win last: the JVM reads _JAVA_OPTIONS after its command line, the other two before it. */
function wordsInOrder({ environment, javaOptions }: Launch): readonly string[] {
  const inVariable = (name: string): readonly string[] =>
    splitWords(environment.find(({ key }) => key === name)?.value ?? '');
  return [
    ...inVariable('JAVA_TOOL_OPTIONS'),
    ...inVariable('JDK_JAVA_OPTIONS'),
    ...javaOptions,
    ...inVariable('_JAVA_OPTIONS'),
  ];
}

/** What the last of the words says that match and can be read. */
function lastOf(
  words: readonly string[],
  pattern: RegExp,
  readValue: (text: string) => number | undefined,
): number | undefined {
  return words.flatMap(word => readOne(pattern.exec(word)?.[1], readValue)).at(-1);
}

const readOne = (
  text: string | undefined,
  readValue: (text: string) => number | undefined,
): readonly number[] => (text === undefined ? [] : [readValue(text)].filter(value => value !== undefined));

/** `512m` in bytes, as the JVM reads sizes; undefined for what is none. */
function readSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^(0x[0-9a-f]{1,12}|\d{1,13})([kmgt]?)$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bytes = Number(digits) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase() || ' ');
  return bytes < 1e15 ? bytes : undefined;
}
