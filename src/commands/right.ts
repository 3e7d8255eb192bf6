import { Failure, type FailureText, nothingChanged } from '../failure.ts';
import { type HostStage, type LookStage, listRights } from '../host/stage.ts';
import type { Session } from '../ssh/session.ts';
import { type Caller, type Ended, explainEnd, isProgramMissing } from './stage-call.ts';
import { sudoRefusal } from './sudo-refusal.ts';

/** What a deploy user may call: the host program of one version, for one app. */
interface Right {
  readonly sha256: string;
  readonly app: string;
}

/**
 * Why a call did not end well, as a Failure. A user with the right for one app alone is told what it is, where that
 * was the cause: sudo is asked for it.
 */
export async function explainCall(
  session: Session,
  caller: Caller,
  stage: HostStage | LookStage,
  ended: Ended,
): Promise<Failure> {
  const { restrictedTo: app, user } = caller;
  const refusal = ended.facts.text('stage') === '' ? sudoRefusal(user, ended.errors) : undefined;
  if (app === undefined) {
    const isDeployer = refusal && (await readRights(session)).some(right => right.app === caller.common.app);
    return isDeployer ? new Failure({ ...refusal, remedy: sayRestricted }) : explainEnd(user, stage, ended);
  }
  if (!refusal && !isProgramMissing(ended)) return explainEnd(user, stage, ended);
  const rights = user === 'root' ? [] : await readRights(session);
  return new Failure(explainRights(caller, app, rights));
}

const sayRestricted =
  'Give restricted: true beside this ssh-user, which has the right to deploy this app alone; setup needs the login of an administrator.';

/** What `sudo -l` says; none where it says nothing, or cannot be asked. */
async function readRights(session: Session): Promise<readonly Right[]> {
  let said = '';
  await session.exec(listRights, {
    onLine: line => {
      said = `${said} ${line.slice(0, 2000)}`.slice(-100_000);
    },
    onErrorLine: () => undefined,
  });
  const line =
    /\/usr\/local\/lib\/nginx-bluegreen\/([0-9a-f]{64})\/nginx-bluegreen\s+restricted\s+([a-z][a-z0-9-]{0,30})\s/g;
  return [...`${said} `.matchAll(line)].map(([, sha256 = '', app = '']) => ({ sha256, app }));
}

function explainRights({ program, user }: Caller, app: string, rights: readonly Right[]): FailureText {
  const right = rights.find(one => one.app === app);
  if (right === undefined && user !== 'root') {
    const others = [...new Set(rights.map(one => one.app))].join(', ');
    return {
      reason: 'sudo-refused',
      message: `${user} has no right to deploy ${app} on the host${others === '' ? '' : `, only ${others}`}.`,
      traffic: nothingChanged,
      remedy: `Run setup of ${app} with restricted: true and an administrator's login, or deploy with the deploy-user of ${app} as ssh-user.`,
    };
  }
  const short = (sha256: string): string => sha256.slice(0, 12);
  const theirs =
    right === undefined || right.sha256 === program.sha256
      ? 'is not on the host'
      : `is the version ${short(right.sha256)}`;
  return {
    reason: 'program-outdated',
    message: `The host program that ${user} may call for ${app} ${theirs}, and this version of the action goes with ${short(program.sha256)}.`,
    traffic: nothingChanged,
    remedy: `Run setup of this version of the action once, with restricted: true and an administrator's login; or use the version of the action that the host was set up with.`,
  };
}
