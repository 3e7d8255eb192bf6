import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildJar } from '../../sandbox/app/build.ts';
import { sumPackages } from '../../src/jar/class-list.ts';
import { type ComparedJar, compareJars } from '../../src/jar/compare-jars.ts';
import type { ContainedFile, JarContents } from '../../src/jar/jar-contents.ts';
import { readJar } from '../../src/jar/read-jar.ts';
import { findChangedMigrations, findSharedState } from '../../src/jar/shared-state.ts';
import { noContents } from './made-world.ts';

/** `name` or `name crc`. */
const file = (text: string): ContainedFile => {
  const [name = '', crc = '1'] = text.split(' ');
  return { name, crc: Number(crc), bytes: 9 };
};
const jar = (contents: Partial<JarContents>): ComparedJar => ({
  bytes: 1000,
  classVersion: 61,
  contents: { ...noContents, ...contents },
});
const libraries = (...names: readonly string[]) => jar({ libraries: names.map(name => file(`${name}`)) });
const classes = (...names: readonly string[]) => ({ kind: 'classes' as const, classes: names.map(file) });

test('libraries are added, removed, upgraded, downgraded, or changed under the same version', () => {
  const diff = compareJars(
    libraries(
      'a-1.0.jar',
      'b-6.1.9.jar',
      'c-2.0.jar',
      'd-1-SNAPSHOT.jar 5',
      'e-1.0.jar',
      'f.jar 1',
      'g-1.0.jar',
    ),
    libraries(
      'a-1.0.jar',
      'b-6.1.14.jar',
      'c-1.9.jar',
      'd-1-SNAPSHOT.jar 6',
      'f.jar 2',
      'g-1.0.0.jar',
      'h-3.jar',
    ),
  );
  assert.deepEqual(diff.libraries, [
    { kind: 'upgraded', artifact: 'b', from: '6.1.9', to: '6.1.14' },
    { kind: 'downgraded', artifact: 'c', from: '2.0', to: '1.9' },
    { kind: 'changed', artifact: 'd', from: '1-SNAPSHOT', to: '1-SNAPSHOT' },
    { kind: 'removed', artifact: 'e', version: '1.0' },
    { kind: 'changed', artifact: 'f', from: undefined, to: undefined },
    { kind: 'changed', artifact: 'g', from: '1.0', to: '1.0.0' },
    { kind: 'added', artifact: 'h', version: '3' },
  ]);
  assert.equal(diff.sameLibraries, 1);
});

test('an artifact that is there twice is no upgrade of itself', () => {
  const diff = compareJars(libraries('a-1.jar', 'a-2.jar'), libraries('a-2.jar', 'a-3.jar', 'a-4.jar'));
  assert.deepEqual(
    diff.libraries?.map(one => one.kind),
    ['removed', 'added', 'added'],
  );
  const one = compareJars(libraries('a-1.jar', 'a-2.jar'), libraries('a-2.jar', 'a-3.jar'));
  assert.deepEqual(one.libraries, [{ kind: 'upgraded', artifact: 'a', from: '1', to: '3' }]);
});

test('classes are counted, and by package', () => {
  const { classes: changes } = compareJars(
    jar({ classes: classes('a/A.class', 'a/B.class', 'a/b/C.class', 'D.class') }),
    jar({ classes: classes('a/A.class', 'a/B.class 2', 'a/b/E.class', 'D.class', 'F.class') }),
  );
  assert.deepEqual(changes, {
    kind: 'classes',
    counts: { added: 2, removed: 1, changed: 1 },
    packages: [
      { name: '', added: 1, removed: 0, changed: 0 },
      { name: 'a', added: 0, removed: 0, changed: 1 },
      { name: 'a.b', added: 1, removed: 1, changed: 0 },
    ],
  });
});

test('where one side knows only packages, packages are compared', () => {
  const before = classes('a/A.class', 'b/B.class', 'c/C.class');
  const { classes: changes } = compareJars(
    jar({ classes: { kind: 'packages', packages: sumPackages(before.classes) } }),
    jar({ classes: classes('a/A.class', 'b/B.class 2', 'd/D.class') }),
  );
  assert.deepEqual(changes, { kind: 'packages', added: ['d'], removed: ['c'], changed: ['b'] });
});

test('migrations and settings that are new, gone or changed, and the levels of Java and Spring Boot', () => {
  const resources = (...names: readonly string[]) => ({ resources: names.map(file) });
  const live = jar({
    ...resources('db/migration/V1__a.sql', 'application.yml', 'application-old.yml'),
    springBoot: '3.3.5',
  });
  const next = {
    ...jar({
      ...resources('db/migration/V1__a.sql 2', 'db/migration/V2__b.sql', 'application.yml 3'),
      springBoot: '3.4.0',
    }),
    classVersion: 65,
    bytes: 2000,
  };
  const { migrations, settings, springBoot, java, bytes } = compareJars(live, next);
  assert.deepEqual(migrations, {
    added: ['db/migration/V2__b.sql'],
    removed: [],
    changed: ['db/migration/V1__a.sql'],
  });
  assert.match(
    findChangedMigrations(compareJars(live, next))[0] ?? '',
    /were changed or removed \(db\/migration\/V1__a\.sql\)/,
  );
  assert.deepEqual(findChangedMigrations(compareJars(live, live)), []);
  assert.deepEqual(settings, { added: [], removed: ['application-old.yml'], changed: ['application.yml'] });
  assert.deepEqual(springBoot, { before: '3.3.5', after: '3.4.0' });
  assert.deepEqual(
    [java, bytes],
    [
      { before: 17, after: 21 },
      { before: 1000, after: 2000 },
    ],
  );
});

test('what one side does not tell is not made up', () => {
  const unknown: ComparedJar = {
    bytes: undefined,
    classVersion: undefined,
    contents: {
      springBoot: undefined,
      buildJdk: undefined,
      libraries: undefined,
      classes: { kind: 'unknown' },
      resources: undefined,
    },
  };
  for (const diff of [
    compareJars(unknown, libraries('a-1.jar')),
    compareJars(libraries('a-1.jar'), unknown),
  ]) {
    assert.deepEqual([diff.libraries, diff.migrations, diff.settings], [undefined, undefined, undefined]);
    assert.equal(diff.classes.kind, 'unknown');
  }
});

test('the way back of a comparison turns it round, and a jar is the same as itself', () => {
  const name = fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('', '-1', '-2.0', '-10', '-x'),
      fc.constantFrom('1', '2'),
    )
    .map(([artifact, version, crc]) => `${artifact}${version}.jar ${crc}`);
  const names = fc.uniqueArray(name, { maxLength: 8, selector: one => one.split(' ')[0] });
  const turned = {
    added: 'removed',
    removed: 'added',
    upgraded: 'downgraded',
    downgraded: 'upgraded',
    changed: 'changed',
  };
  fc.assert(
    fc.property(names, names, (one, other) => {
      const there = compareJars(libraries(...one), libraries(...other));
      const back = compareJars(libraries(...other), libraries(...one));
      assert.deepEqual(
        there.libraries?.map(({ kind, artifact }) => `${artifact} ${turned[kind]}`).toSorted(),
        back.libraries?.map(({ kind, artifact }) => `${artifact} ${kind}`).toSorted(),
      );
      assert.deepEqual(compareJars(libraries(...one), libraries(...one)).libraries, []);
    }),
  );
});

test('a jar with Flyway, Liquibase or Quartz has a sentence for each; one without has none', () => {
  const { contents } = libraries(
    'flyway-core-10.0.jar',
    'liquibase-core-4.1.jar',
    'quartz-2.3.2.jar',
    'quartz-x-1.jar',
  );
  assert.deepEqual(
    findSharedState(contents).map(text => text.split(' ')[0]),
    ['Flyway', 'Liquibase', 'Quartz'],
  );
  assert.deepEqual(findSharedState(libraries('spring-core-6.1.1.jar').contents), []);
});

test('two real jars: what the sample app was built with otherwise is the whole difference', async () => {
  const [before, after] = await Promise.all([
    readJar(await buildJar({ version: '1.0.0', megabytes: 1 })),
    readJar(
      await buildJar({
        version: '1.0.0',
        megabytes: 1,
        changes: {
          libraries: ['spring-core-6.2.1', 'flyway-core-10.10.0'],
          without: ['LatencyUtils'],
          files: { 'acme/More.class': 'x', 'db/migration/V1__init.sql': 'create' },
        },
      }),
    ),
  ]);
  const { libraries: changes, sameLibraries, classes: counted, migrations } = compareJars(before, after);
  assert.deepEqual(changes, [
    { kind: 'removed', artifact: 'LatencyUtils', version: '2.0.3' },
    { kind: 'added', artifact: 'flyway-core', version: '10.10.0' },
    { kind: 'upgraded', artifact: 'spring-core', from: '6.1.14', to: '6.2.1' },
  ]);
  assert.equal(sameLibraries, 39);
  assert.deepEqual(counted, {
    kind: 'classes',
    counts: { added: 1, removed: 0, changed: 0 },
    packages: [{ name: 'acme', added: 1, removed: 0, changed: 0 }],
  });
  assert.deepEqual(migrations?.added, ['db/migration/V1__init.sql']);
  assert.equal(findSharedState(after.contents).length, 1);
});
