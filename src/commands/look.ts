import { Readable } from 'node:stream';
import { Failure } from '../failure.ts';
import { type Facts, type HostParameters, type LookStage, textCommand } from '../host/stage.ts';
import type { Session } from '../ssh/session.ts';
import { gone } from './call-failure.ts';
import type { SessionLink } from './host-link.ts';
import { explainCall } from './right.ts';
import { callCommand, callStage, type Ended, isDone, isProgramMissing } from './stage-call.ts';

/**
 * Runs a stage that only looks: without the lock, and without installing the host program; gives its facts. When the
 * link breaks it connects again and looks once more. Ends the session. Throws a Failure.
 */
export async function look(link: SessionLink, stage: LookStage, parameters: HostParameters): Promise<Facts> {
  let { session } = link;
  try {
    let ended = await lookOnce(session, link, stage, parameters);
    if (ended.outcome.kind === 'lost') {
      link.log.info(`the SSH connection broke during ${stage} (${ended.outcome.why}); connecting again`);
      session = await link.reconnect().catch((error: unknown) => {
        throw error instanceof Failure ? new Failure(gone(error.text.message)) : error;
      });
      ended = await lookOnce(session, link, stage, parameters);
    }
    if (isDone(ended)) return ended.facts;
    throw await explainCall(session, link, stage, ended);
  } finally {
    session.end();
  }
}

async function lookOnce(
  session: Session,
  link: SessionLink,
  stage: LookStage,
  parameters: HostParameters,
): Promise<Ended> {
  const ended = await callStage(session, link, stage, parameters);
  if (!isProgramMissing(ended) || link.restrictedTo !== undefined) return ended;
  link.log.info('the host program is not installed there: sending its text, which leaves nothing behind');
  const command = textCommand(link.user, stage, { ...link.common, ...parameters });
  return await callCommand(session, link.log, command, { stdin: Readable.from([link.program.text]) });
}
