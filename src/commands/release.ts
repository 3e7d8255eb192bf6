import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { environmentFile, type Launch, launchFile } from '../config/launch.ts';
import type { HostParameters } from '../host/stage.ts';
import type { Jar } from '../jar/read-jar.ts';

/** `<UTC>-<8 of the jar's sha256>`: 20261122T214500Z-0a1b2c3d. */
export function nameRelease(date: Date, jar: Jar): string {
  const utc = date.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${utc}-${jar.sha256.slice(0, 8)}`;
}

/** The files of a release beside its jar, as they are written on the host. */
export interface ReleaseFiles {
  readonly environment: Buffer;
  readonly launch: Buffer;
}

export const releaseFiles = (launch: Launch): ReleaseFiles => ({
  environment: Buffer.from(environmentFile(launch)),
  launch: Buffer.from(launchFile(launch)),
});

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What `upload` is told and sent: the small files first, then the jar unless the host has it. */
export function uploadOf(
  files: ReleaseFiles,
  record: Buffer,
  jar: Jar,
  jarAt: string,
  openJar: () => Readable,
): {
  readonly parameters: HostParameters;
  /** Makes what is sent; each call makes it from the beginning. */
  readonly stdin: () => Readable;
} {
  return {
    parameters: {
      'jar-sha256': jar.sha256,
      'jar-bytes': jar.bytes,
      'jar-at': jarAt,
      'env-bytes': files.environment.length,
      'launch-bytes': files.launch.length,
      'json-bytes': record.length,
    },
    stdin: () =>
      Readable.from(chunks([files.environment, files.launch, record], jarAt === '' ? openJar() : undefined), {
        objectMode: false,
      }),
  };
}

async function* chunks(small: readonly Buffer[], jar: Readable | undefined): AsyncGenerator<Buffer> {
  for (const one of small) if (one.length > 0) yield one;
  if (jar !== undefined) for await (const chunk of jar) yield Buffer.from(chunk);
}
