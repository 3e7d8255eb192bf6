import { createHash } from 'node:crypto';
import { environmentFile, type Launch, launchFile } from '../config/launch.ts';
import type { HostParameters } from '../host/stage.ts';
import { piecesLine } from '../jar/pieces-list.ts';
import type { Jar } from '../jar/read-jar.ts';
import type { Delivery } from './stages/delivery.ts';

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

/** What `upload` is told of the release, and the small files that it is sent, in their order. */
export function uploadOf(
  files: ReleaseFiles,
  record: Buffer,
  jar: Jar,
  delivery: Delivery,
): { readonly parameters: HostParameters; readonly smallFiles: readonly Buffer[] } {
  const pieces = Buffer.from(piecesLine(jar.pieces));
  const recipe = delivery.kind === 'made' ? delivery.delta.recipe : Buffer.alloc(0);
  return {
    parameters: {
      'jar-sha256': jar.sha256,
      'jar-bytes': jar.bytes,
      'jar-at': delivery.kind === 'there' ? delivery.release : '',
      'env-bytes': files.environment.length,
      'launch-bytes': files.launch.length,
      'json-bytes': record.length,
      'pieces-bytes': pieces.length,
      'recipe-bytes': recipe.length,
    },
    smallFiles: [files.environment, files.launch, record, pieces, recipe],
  };
}
