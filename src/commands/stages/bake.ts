import { Failure } from '../../failure.ts';
import { evidenceIn } from '../../host/evidence.ts';
import type { Facts } from '../../host/stage.ts';
import { describeBake } from '../../report/bake.ts';
import type { BakeCount, HostReport } from '../../report/host-report.ts';
import { readTraffic } from '../traffic-count.ts';
import type { HostRun, NextRelease } from './context.ts';
import { revert } from './revert.ts';
import { askVerifyUrl } from './verify-url.ts';

/** What became of a release that was switched to and not confirmed yet. */
export type BakeVerdict =
  | { readonly kind: 'good'; readonly bake: BakeCount | undefined }
  | {
      readonly kind: 'bad';
      readonly news: Partial<HostReport>;
      /** Whether the host moved the traffic back. */
      readonly isTakenBack: boolean;
      readonly failure: Failure;
    };

/** Asks verify-url from here, then follows the host's watch over the new release. Either may say no. */
export async function bake(deploy: HostRun, release: NextRelease): Promise<BakeVerdict> {
  const { config, world, connection } = deploy;
  if (config.verifyUrl !== undefined) {
    const problem = await askVerifyUrl(config.verifyUrl, world);
    world.signal.throwIfAborted();
    if (problem !== undefined) return await refuse(deploy, release, `${config.verifyUrl}: ${problem}`);
    world.log.info(`${config.verifyUrl} answered well`);
  }
  if (config.bake.timeMs === 0) return { kind: 'good', bake: undefined };
  const facts = await connection.run('bake', { release: release.name, color: release.color });
  const count = readBake(facts);
  world.log.info(describeBake(count));
  if (facts.text('verdict') === 'good') return { kind: 'good', bake: count };
  return bad(facts, count, {
    reason: 'bake-failed',
    message: `${facts.text('why')}.`,
    remedy:
      'Read its last log lines in the log and the summary, mend it and deploy again. If the limit was too strict, raise bake-max-error-rate.',
  });
}

/** Tells the host to take the switch back because verify-url said no. */
async function refuse(deploy: HostRun, release: NextRelease, problem: string): Promise<BakeVerdict> {
  const facts = await revert(deploy, release);
  return bad(facts, undefined, {
    reason: 'verify-failed',
    message: `verify-url said no to ${release.name}: ${problem}.`,
    remedy: 'Ask the URL by hand: DNS, load balancer, certificate, the app itself. Then deploy again.',
  });
}

function bad(
  facts: Facts,
  count: BakeCount | undefined,
  text: Pick<Failure['text'], 'reason' | 'message' | 'remedy'>,
): BakeVerdict {
  const isTakenBack = facts.text('taken-back') === 'yes';
  return {
    kind: 'bad',
    news: { bake: count, traffic: readTraffic(facts) },
    isTakenBack,
    failure: new Failure({ ...text, traffic: facts.text('traffic'), isTakenBack, ...evidenceIn(facts) }),
  };
}

function readBake(facts: Facts): BakeCount {
  return {
    requests: facts.number('bake-requests') ?? 0,
    errors: facts.number('bake-errors') ?? 0,
    oldRequests: facts.number('bake-old-requests') ?? 0,
    oldErrors: facts.number('bake-old-errors') ?? 0,
    medianMs: facts.number('bake-median'),
    oldMedianMs: facts.number('bake-old-median'),
  };
}
