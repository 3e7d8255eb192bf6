import { compareNames } from './class-list.ts';
import type { ContainedFile } from './jar-contents.ts';
import type { LibraryChange } from './jar-diff.ts';
import { type LibraryName, readLibraryName } from './library-name.ts';
import { compareVersions } from './version-order.ts';

/** Compares the libraries of two jars by artifact; of one that is there several times, each that has no match came or went. */
export function compareLibraries(
  before: readonly ContainedFile[],
  after: readonly ContainedFile[],
): { readonly changes: readonly LibraryChange[]; readonly same: number } {
  const known = new Set(after.map(identify));
  const old = byArtifact(before.filter(file => !known.has(identify(file))));
  const kept = new Set(before.map(identify));
  const fresh = byArtifact(after.filter(file => !kept.has(identify(file))));
  const artifacts = [...new Set([...old.keys(), ...fresh.keys()])].toSorted(compareNames);
  return {
    changes: artifacts.flatMap(artifact =>
      compareArtifact(old.get(artifact) ?? [], fresh.get(artifact) ?? []),
    ),
    same: [...known].filter(one => kept.has(one)).length,
  };
}

const identify = ({ name, crc, bytes }: ContainedFile): string => `${crc} ${bytes} ${name}`;

const byArtifact = (files: readonly ContainedFile[]): ReadonlyMap<string, readonly LibraryName[]> =>
  Map.groupBy(
    files.map(({ name }) => readLibraryName(name)),
    ({ artifact }) => artifact,
  );

function compareArtifact(
  old: readonly LibraryName[],
  fresh: readonly LibraryName[],
): readonly LibraryChange[] {
  const versions = new Set(fresh.map(({ version }) => version));
  const rebuilt = old.filter(({ version }) => versions.has(version));
  const [gone, came] = [old, fresh].map(list =>
    list.filter(({ version }) => !rebuilt.some(one => one.version === version)),
  );
  const changes: readonly LibraryChange[] = rebuilt.map(({ artifact, version }) => ({
    kind: 'changed',
    artifact,
    from: version,
    to: version,
  }));
  const [one, ...more] = gone ?? [];
  const [other, ...others] = came ?? [];
  if (one !== undefined && other !== undefined && more.length + others.length === 0)
    return [...changes, compareTwo(one, other)];
  return [
    ...changes,
    ...(gone ?? []).map((name): LibraryChange => ({ kind: 'removed', ...name })),
    ...(came ?? []).map((name): LibraryChange => ({ kind: 'added', ...name })),
  ];
}

function compareTwo(old: LibraryName, fresh: LibraryName): LibraryChange {
  const [from, to] = [old.version, fresh.version];
  const order = from === undefined || to === undefined ? undefined : compareVersions(from, to);
  const kind = order === undefined ? 'changed' : order < 0 ? 'upgraded' : 'downgraded';
  return { kind, artifact: fresh.artifact, from, to };
}
