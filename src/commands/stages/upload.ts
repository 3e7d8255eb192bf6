import { formatBytes } from '../../report/format.ts';
import { releaseFiles, uploadOf } from '../release.ts';
import { releaseRecord } from '../release-record.ts';
import type { HostDeploy, NextRelease } from './context.ts';

/** Makes the release's folder on the host; a jar that is there already is not sent again. Gives the bytes of jar sent. */
export async function upload(
  { config, world, jar, connection }: HostDeploy,
  release: NextRelease,
  jarAt: string,
): Promise<number> {
  if (jarAt !== '') world.log.info(`the host has this jar in ${jarAt}: nothing is sent`);
  const record = releaseRecord(release.name, config.app, jar, world.date(), world.provenance);
  const { parameters, stdin } = uploadOf(releaseFiles(config.launch), record, jar, jarAt, () =>
    world.openFile(jar.path),
  );
  const settings = { release: release.name, 'keep-releases': config.keepReleases };
  const facts = await connection.run('upload', { ...settings, ...parameters }, { stdin });
  const sent = facts.number('uploaded-bytes') ?? 0;
  world.log.info(`sent ${formatBytes(sent)}, sha256 checked on the host`);
  return sent;
}
