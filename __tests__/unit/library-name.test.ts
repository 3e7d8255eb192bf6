import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLibraryName } from '../../src/jar/library-name.ts';

/** Real names, `|` before the version. */
const names = [
  ...['spring-core|6.2.1', 'guava|33.0.0-jre', 'jakarta.annotation-api|2.1.1', 'HikariCP|5.0.1'],
  ...['commons-io|2.16.1', 'foo|1.0-SNAPSHOT', 'log4j-api|2.24.1', 'kotlin-stdlib-jdk8|1.9.25'],
  ...['log4j-1.2-api|2.24.1', 'hibernate-jpa-2.1-api|1.0.2.Final', 'jackson-module-scala_2.13|2.17.2'],
  ...['bcprov-jdk18on|1.78.1', 'json|20240303', 'h2|2.2.224', 'asm|9.6', 'xpp3_min|1.1.4c'],
  ...['jetty-server|9.4.53.v20231009', 'mssql-jdbc|12.6.1.jre11', 'protobuf-java|4.0.0-rc-2'],
  ...['jboss-logging|3.5.3.Final-redhat-00001', 'foo|1.0-20240101.123456-7', 'ojdbc11|23.3.0.23.09'],
  ...['listenablefuture|9999.0-empty-to-avoid-conflict-with-guava', 'antlr4-runtime|4.13.0'],
  ...['google-api-services-drive|v3-rev20240914-2.0.0', 'grpc-google-cloud-pubsub-v1|1.132.0'],
  ...['spark-token-provider-kafka-0-10_2.13|3.5.1', 'kubernetes-httpclient-vertx-5|8.0.0', 'shop|v1.2.3'],
  ...[
    'netty-resolver-dns-native-macos|4.2.18.Final',
    'spring-data-commons|2021.2.0-M3',
    'querydsl-jpa|5.1.0-jakarta',
  ],
];

test('artifact and version of real library names', () => {
  for (const name of names) {
    const [artifact, version] = name.split('|');
    assert.deepEqual(readLibraryName(`${artifact}-${version}.jar`), { artifact, version });
  }
});

test('the same library for several systems is as many artifacts', () => {
  assert.deepEqual(readLibraryName('netty-transport-native-epoll-4.1.115.Final-linux-x86_64.jar'), {
    artifact: 'netty-transport-native-epoll-linux-x86_64',
    version: '4.1.115.Final',
  });
  assert.deepEqual(readLibraryName('lwjgl-3.3.4-natives-linux.jar'), {
    artifact: 'lwjgl-natives-linux',
    version: '3.3.4',
  });
});

test('a name without a version is all artifact', () => {
  for (const name of [
    'shop-core',
    'ojdbc8',
    'shop-core-plain',
    'linux',
    'a'.repeat(70_000),
    '1-a'.repeat(700),
    '',
  ])
    assert.deepEqual(readLibraryName(`${name}.jar`), { artifact: name, version: undefined });
});

test('of any name all characters are in artifact and version, or in the hyphens between', () => {
  const parts = fc.constantFrom(
    '-',
    '.',
    '1',
    '2.0',
    'v3',
    'rev1',
    'linux',
    'x',
    '_2.13',
    'jre',
    'SNAPSHOT',
    '中',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), made => {
      const name = made.join('');
      const { artifact, version = '' } = readLibraryName(`${name}.jar`);
      const sorted = (text: string): string => [...text.replaceAll('-', '')].toSorted().join('');
      assert.equal(sorted(artifact + version), sorted(name));
    }),
  );
});
