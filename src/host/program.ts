import { createHash } from 'node:crypto';
import adopted from './adopted.sh';
import deadline from './alone/deadline.sh';
import guard from './alone/guard.sh';
import watch from './alone/watch.sh';
import badRelease from './bad-release.sh';
import bake from './bake.sh';
import blocks from './blocks.sh';
import calls from './calls.sh';
import candidate from './candidate.sh';
import cause from './cause.sh';
import coming from './coming.sh';
import connectionsAdvice from './connections-advice.sh';
import deadMan from './dead-man.sh';
import deployer from './deployer.sh';
import drain from './drain.sh';
import drift from './drift.sh';
import durable from './durable.sh';
import evidence from './evidence.sh';
import frontDoor from './front-door.sh';
import goodRelease from './good-release.sh';
import health from './health.sh';
import history from './history.sh';
import identity from './identity.sh';
import journal from './journal.sh';
import keepalive from './keepalive.sh';
import knock from './knock.sh';
import knownHost from './known-host.sh';
import launch from './launch.sh';
import layout from './layout.sh';
import lease from './lease.sh';
import live from './live.sh';
import liveConf from './live-conf.sh';
import look from './look.sh';
import main from './main.sh';
import memory from './memory.sh';
import nginxConfig from './nginx-config.sh';
import nginxService from './nginx-service.sh';
import ownFiles from './own-files.sh';
import packages from './packages.sh';
import parameters from './parameters.sh';
import pieces from './pieces.sh';
import preflight from './preflight.sh';
import processEnd from './process-end.sh';
import protocol from './protocol.sh';
import ready from './ready.sh';
import rebuild from './rebuild.sh';
import releases from './releases.sh';
import reload from './reload.sh';
import reloadAdvice from './reload-advice.sh';
import restricted from './restricted.sh';
import revive from './revive.sh';
import room from './room.sh';
import runEnd from './run-end.sh';
import selinux from './selinux.sh';
import sender from './sender.sh';
import site from './site.sh';
import siteChange from './site-change.sh';
import acquire from './stages/acquire.sh';
import bakeStage from './stages/bake.sh';
import follow from './stages/follow.sh';
import inspect from './stages/inspect.sh';
import part from './stages/part.sh';
import plan from './stages/plan.sh';
import retire from './stages/retire.sh';
import revert from './stages/revert.sh';
import rollback from './stages/rollback.sh';
import settle from './stages/settle.sh';
import setup from './stages/setup.sh';
import start from './stages/start.sh';
import status from './stages/status.sh';
import survey from './stages/survey.sh';
import switchStage from './stages/switch.sh';
import upload from './stages/upload.sh';
import steps from './steps.sh';
import strictWords from './strict-words.sh';
import sums from './sums.sh';
import takeBack from './take-back.sh';
import takeOver from './take-over.sh';
import takenFiles from './taken-files.sh';
import tools from './tools.sh';
import trafficLog from './traffic-log.sh';
import tutorial from './tutorial.sh';
import tutorialConfig from './tutorial-config.sh';
import tutorialStep from './tutorial-step.sh';
import unit from './unit.sh';
import warmUp from './warm-up.sh';

/** The host program: what it says, its sha256, and where it is installed under that sha256. */
export interface HostProgram {
  readonly text: string;
  readonly sha256: string;
  readonly path: string;
}

const launcherTemplate = `launcher_template() {\n    cat <<'LAUNCHER'\n${launch}LAUNCHER\n}\n`;

const foundation = [
  protocol,
  parameters,
  tools,
  layout,
  durable,
  ownFiles,
  badRelease,
  goodRelease,
  releases,
  pieces,
  rebuild,
  history,
  lease,
  calls,
  coming,
  blocks,
  sender,
  strictWords,
  restricted,
  deployer,
];
const app = [
  knownHost,
  unit,
  launcherTemplate,
  sums,
  identity,
  adopted,
  health,
  processEnd,
  cause,
  evidence,
  warmUp,
];
const nginx = [
  nginxConfig,
  nginxService,
  keepalive,
  liveConf,
  site,
  frontDoor,
  knock,
  trafficLog,
  drain,
  reload,
  reloadAdvice,
];
const transaction = [candidate, journal, takeBack, deadMan, bake, drift, revive, runEnd];
const tutorials = [tutorialConfig, tutorial, takenFiles, takeOver, tutorialStep];
const seeing = [preflight, room, memory, live, look];
const readiness = [steps, packages, ready, selinux, siteChange, connectionsAdvice];
const stages = [
  acquire,
  inspect,
  upload,
  part,
  start,
  switchStage,
  bakeStage,
  revert,
  retire,
  rollback,
  settle,
  follow,
  plan,
  status,
  survey,
  setup,
];
const alone = [watch, deadline, guard];
const parts = [
  ...foundation,
  ...app,
  ...nginx,
  ...transaction,
  ...tutorials,
  ...seeing,
  ...readiness,
  ...stages,
  ...alone,
  main,
];

/**
 * Puts the shell files together, in one brace group: a shell runs nothing of a text that was cut off, not even a
 * word that happens to be a command (`set` of `set_…`).
 */
export function assembleProgram(): HostProgram {
  const text = `#!/bin/sh\n{\n${parts.join('\n')}}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { text, sha256, path: `/usr/local/lib/nginx-bluegreen/${sha256}/nginx-bluegreen` };
}
