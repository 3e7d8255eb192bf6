import { readContentsRecord, recordContents } from '../jar/contents-record.ts';
import type { JarContents } from '../jar/jar-contents.ts';
import type { Jar } from '../jar/read-jar.ts';
import type { Provenance } from './provenance.ts';

/** What release.json says in one line each, all of it text; empty where it is not known. */
const noTexts = {
  release: '',
  app: '',
  jarSha256: '',
  jarBytes: '',
  mainClass: '',
  version: '',
  classVersion: '',
  springBootVersion: '',
  buildJdk: '',
  createdAt: '',
  repository: '',
  ref: '',
  commit: '',
  workflow: '',
  runId: '',
  runNumber: '',
  runUrl: '',
  actor: '',
  event: '',
  attempt: '',
};
type Texts = Readonly<Record<keyof typeof noTexts, string>>;

/** So that no line is too long for what reads them. */
const longestText = 4000;
const longestLine = 8000;
const longestRecord = 400_000;

/**
 * The release's release.json: first one key a line, which the host program reads with sed, then lists of what the jar
 * contains, in lines that are no such key.
 */
export function releaseRecord(
  release: string,
  app: string,
  jar: Jar,
  date: Date,
  provenance: Provenance,
): Buffer {
  const texts: Texts = {
    release,
    app,
    jarSha256: jar.sha256,
    jarBytes: String(jar.bytes),
    mainClass: jar.mainClass,
    version: jar.version ?? '',
    classVersion: String(jar.classVersion ?? ''),
    springBootVersion: jar.contents.springBoot ?? '',
    buildJdk: jar.contents.buildJdk ?? '',
    createdAt: date.toISOString(),
    ...provenance,
  };
  const members = [
    ...Object.entries(texts).map(
      ([key, text]) => `  "${key}": ${JSON.stringify(text.slice(0, longestText))}`,
    ),
    ...Object.entries(recordContents(jar.contents)).map(
      ([key, list]: readonly [string, readonly string[]]) => `  "${key}": [${inLines(list)}\n  ]`,
    ),
  ];
  return Buffer.from(`{\n${members.join(',\n')}\n}\n`);
}

/** The strings of a list, as many in a line as it takes. */
function inLines(list: readonly string[]): string {
  let lineLength = longestLine;
  const words = list.map((text, index) => {
    const word = `${JSON.stringify(text)}${index === list.length - 1 ? '' : ','}`;
    const isNext = lineLength + word.length <= longestLine;
    lineLength = word.length + (isNext ? lineLength : 0);
    return isNext ? word : `\n    ${word}`;
  });
  return words.join('');
}

/** A release.json as a host showed it: what is not there, is of another type or too long is empty or undefined. */
export interface ReleaseRecord {
  readonly texts: Texts;
  /** Of the jar. */
  readonly bytes: number | undefined;
  readonly classVersion: number | undefined;
  readonly contents: JarContents;
}

/**
 * Reads release.json, which may be anybody's text: of half a file the lines that are whole. Gives undefined when it
 * names no release. Never fails.
 */
export function parseReleaseRecord(text: string): ReleaseRecord | undefined {
  const whole = text.slice(0, longestRecord);
  const fields = readJson(whole) ?? readLines(whole);
  const known = Object.entries(fields).flatMap(([key, value]) =>
    Object.hasOwn(noTexts, key) && typeof value === 'string' && value.length <= longestText
      ? [[key, value]]
      : [],
  );
  const texts: Texts = { ...noTexts, ...Object.fromEntries(known) };
  if (texts.release === '') return undefined;
  return {
    texts,
    bytes: numberIn(texts.jarBytes),
    classVersion: numberIn(texts.classVersion),
    contents: {
      springBoot: texts.springBootVersion || undefined,
      buildJdk: texts.buildJdk || undefined,
      ...readContentsRecord(fields),
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function readJson(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

/** The first value of each key that has a line of its own, as the host reads them. */
const readLines = (text: string): Fields =>
  Object.fromEntries(
    text
      .split('\n')
      .flatMap(line => Object.entries(readJson(`{${line.replace(/,$/, '')}}`) ?? {}))
      .toReversed(),
  );

const numberIn = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
