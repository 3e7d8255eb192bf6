import { changedJar } from '../../jar/changed-jar.ts';
import { type OpenRange, type Payload, payloadOf } from '../../jar/payload.ts';
import type { Jar } from '../../jar/read-jar.ts';
import { formatBytes } from '../../report/format.ts';
import type { HostReport } from '../../report/host-report.ts';
import { releaseFiles, uploadOf } from '../release.ts';
import { releaseRecord } from '../release-record.ts';
import type { HostDeploy, NextRelease } from './context.ts';
import type { Delivery } from './delivery.ts';
import { type Sender, Sending } from './sending.ts';

/** Makes the release's folder on the host, with the jar by the way given. Gives what was sent. */
export async function upload(
  { config, world, jar, connection }: HostDeploy,
  release: NextRelease,
  delivery: Delivery,
): Promise<Pick<HostReport, 'uploadedBytes' | 'transfer'>> {
  world.log.info(describeDelivery(delivery, jar));
  const record = releaseRecord(release.name, config.app, jar, world.date(), world.provenance);
  const { parameters, smallFiles } = uploadOf(releaseFiles(config.launch), record, jar, delivery);
  const about = { release: release.name };
  const sender: Sender = {
    log: world.log,
    now: world.now,
    roundTripMs: () => connection.roundTripMs,
    callPart: stdin => connection.callPart(about, stdin),
  };
  const whole = payloadOf([{ from: 0, to: jar.bytes }], range => world.openFile(jar.path, range));
  const payload = payloadFor(delivery, whole, range => world.openFile(jar.path, range));
  const sending = new Sending(sender, smallFiles, payload, whole);
  const settings = { ...about, 'keep-releases': config.keepReleases };
  try {
    const facts = await connection.run(
      'upload',
      { ...settings, ...parameters, 'payload-bytes': payload.bytes },
      { stdin: () => sending.stdin(), onFact: line => sending.take(line) },
    );
    world.log.info('sha256 checked on the host');
    return { uploadedBytes: facts.number('uploaded-bytes') ?? 0, transfer: sending.transfer };
  } catch (error) {
    throw sending.broken === undefined || world.signal.aborted
      ? error
      : changedJar(jar.path, sending.broken, '');
  } finally {
    sending.end();
  }
}

function payloadFor(delivery: Delivery, whole: Payload, openFile: OpenRange): Payload {
  if (delivery.kind === 'whole') return whole;
  return payloadOf(delivery.kind === 'made' ? delivery.delta.ranges : [], openFile);
}

function describeDelivery(delivery: Delivery, jar: Jar): string {
  const all = formatBytes(jar.bytes);
  switch (delivery.kind) {
    case 'there':
      return `the host has this jar in ${delivery.release}: nothing is sent`;
    case 'made':
      return `of the jar's ${all} the host lacks ${formatBytes(delivery.delta.bytes)}, which are sent: it makes the jar of them and of jars it has`;
    case 'whole':
      return `the host has little or nothing of this jar: all of its ${all} are sent`;
  }
}
