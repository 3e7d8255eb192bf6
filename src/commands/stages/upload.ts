import { Readable } from 'node:stream';
import { Failure } from '../../failure.ts';
import { payloadOf } from '../../jar/payload.ts';
import type { Jar } from '../../jar/read-jar.ts';
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
  if (delivery.kind === 'there')
    world.log.info(`the host has this jar in ${delivery.release}: nothing is sent`);
  const record = releaseRecord(release.name, config.app, jar, world.date(), world.provenance);
  const { parameters, smallFiles } = uploadOf(releaseFiles(config.launch), record, jar, delivery);
  const about = { release: release.name };
  const sender: Sender = {
    log: world.log,
    now: world.now,
    roundTripMs: () => connection.roundTripMs,
    callPart: stdin => connection.runBeside('part', about, stdin),
  };
  const whole = payloadOf([{ from: 0, to: jar.bytes }], range => world.openFile(jar.path, range));
  const payload = delivery.kind === 'whole' ? whole : nothing;
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
    throw sending.broken === undefined || world.signal.aborted ? error : changed(jar, sending.broken);
  } finally {
    sending.end();
  }
}

const nothing = payloadOf([], () => Readable.from([]));

const changed = ({ path }: Jar, { message }: Error): Failure =>
  new Failure({
    reason: 'jar-invalid',
    message: `${path} could not be read to its end while it was sent: ${message}.`,
    traffic: '',
    remedy: 'Let nothing write the jar once the action has begun, and run again.',
  });
