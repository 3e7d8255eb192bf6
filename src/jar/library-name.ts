/** What the file name of a library tells; `version` is undefined where it has none. */
export interface LibraryName {
  readonly artifact: string;
  readonly version: string | undefined;
}

/** Words that belong to the version they follow, though numbers may come after them: 4.0.0-rc-2, 3.5.3.Final-redhat-00001. */
const qualifiers =
  /^(alpha|beta|milestone|m|rc|cr|ea|b|build|snapshot|release|final|ga|sp|jre|android|patch|p|preview|pre|dev|incubating|redhat|jbossorg|fuse|rev|r|hotfix|nightly)\d*$/i;
const system = /^(linux|osx|macos|mac|windows|win|freebsd|sunos|natives)$/i;
const longest = 1000;

/**
 * Reads `artifact-version[-classifier].jar`. The version begins at the first part with a digit, unless another number
 * follows a word of the artifact's name (log4j-1.2-api-2.24.1); Google's v3-rev20240914-2.0.0 is one. What names a
 * system (linux-x86_64) is part of the artifact, which has several such files. Never fails: what is not understood is
 * all artifact.
 */
export function readLibraryName(file: string): LibraryName {
  const name = file.replace(/\.jar$/i, '');
  const parts = name.slice(0, longest).split('-');
  const end = endOfVersion(parts);
  const begin = beginOfVersion(parts.slice(0, end));
  if (begin === undefined || name.length > longest) return { artifact: name, version: undefined };
  const classifier = parts.slice(end);
  return {
    artifact: [...parts.slice(0, begin), ...classifier].join('-'),
    version: parts.slice(begin, end).join('-'),
  };
}

function endOfVersion(parts: readonly string[]): number {
  const at = parts.findIndex((part, index) => system.test(part) && parts.slice(1, index).some(isNumbered));
  return at === -1 ? parts.length : at;
}

function beginOfVersion(parts: readonly string[]): number | undefined {
  let begin: number | undefined;
  let isWord = true;
  for (const [index, part] of parts.entries()) {
    if (index === 0) continue;
    const isNumber = isNumbered(part);
    if (isNumber && (begin === undefined || (isWord && part.includes('.')))) begin = index;
    isWord = isNumber ? /^\d{1,2}$/.test(part) && begin === index : !qualifiers.test(part);
  }
  const isRevised = begin !== undefined && /^v\d+\w*-rev\d+$/i.test(parts.slice(begin - 2, begin).join('-'));
  return begin !== undefined && isRevised && begin > 2 ? begin - 2 : begin;
}

/** A part that may begin a version; `10_2.13` ends the name of what is made for that Scala. */
const isNumbered = (part: string): boolean => /^(\d|v\d+(\.\d+)+)/i.test(part) && !/_\d+\.\d+$/.test(part);
