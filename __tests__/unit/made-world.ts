import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TunnelLimits } from '../../src/aws/endpoint-tunnel.ts';
import type { FoundInstance } from '../../src/aws/instance.ts';
import type { KeptLease } from '../../src/commands/kept-lease.ts';
import type { Provenance } from '../../src/commands/provenance.ts';
import type { World } from '../../src/commands/world.ts';
import { Failure } from '../../src/failure.ts';
import type { HostProgram } from '../../src/host/program.ts';
import type { HostStage, LookStage } from '../../src/host/stage.ts';
import type { JarContents } from '../../src/jar/jar-contents.ts';
import type { ConnectPatience } from '../../src/ssh/connect.ts';
import type { ExecStreams, Outcome, Session } from '../../src/ssh/session.ts';
import type { SshTarget } from '../../src/ssh/ssh-target.ts';
import { keepLog } from './kept-log.ts';

type AnyStage = HostStage | LookStage;

/**
 * What a command on the made host says and how it ends; it tells its stage first, unless it has an outcome alone.
 * `acquire` that ends with 0 stays until the session ends.
 */
export interface Answer {
  readonly lines?: readonly string[];
  readonly errors?: readonly string[];
  readonly outcome?: Outcome;
}

export const exited = (code: number): Outcome => ({ kind: 'exited', code });

/** A run that was started by a push. */
export const madeProvenance: Provenance = {
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  commit: 'c0ffee'.padEnd(40, '0'),
  workflow: '.github/workflows/deploy.yml',
  runId: '1007',
  runNumber: '7',
  runUrl: 'https://github.com/acme/shop/actions/runs/1007',
  actor: 'alice',
  event: 'push',
  attempt: '1',
};

/** Of a jar that has only its manifest. */
export const noContents: JarContents = {
  springBoot: undefined,
  buildJdk: undefined,
  libraries: [],
  classes: { kind: 'classes', classes: [] },
  resources: [],
};

const jarSha256 = '0a1b2c3d'.padEnd(64, '0');

/** What a host that has a live blue release answers to each stage of a good deploy. */
export const goodAnswers: Readonly<Record<AnyStage | 'install', Answer>> = {
  install: {},
  acquire: { lines: ['@token=7', '@lease=held'] },
  inspect: {
    lines: ['@live-color=blue', '@live-release=20261121T101010Z-ffffffff', '@live-proof=proven', '@jar-at='],
  },
  upload: { lines: ['@wanted=0-9', '@uploaded-bytes=9'] },
  part: {},
  start: { lines: ['::error::the app says hello', '@healthy-after=4200'] },
  switch: { lines: ['@from=blue', '@switched-at=1764000000000', '@reloads=0'] },
  bake: { lines: ['@bake-requests=400', '@bake-errors=0', '@verdict=good'] },
  revert: {},
  plan: {
    lines: [
      '@live-color=blue',
      '@live-release=20261121T101010Z-ffffffff',
      '@live-proof=proven',
      '@live-port=8081',
      '@jar-at=',
    ],
  },
  status: {
    lines: [
      '@live-color=blue',
      '@live-release=20261121T101010Z-ffffffff',
      '@live-proof=proven',
      '@blue-release=20261121T101010Z-ffffffff',
      '@blue-port=8081',
      '@blue-state=active',
      '@blue-pid=77',
      '@blue-healthy=yes',
      '@blue-health=200',
    ],
  },
  survey: {
    lines: [
      '@host-key=ssh-ed25519 AAAA',
      '@live-proof=none',
      '@step=packages nothing nginx 1.22.1, Java 17 and all tools are there',
      '@step=site will write the site and reload nginx once',
    ],
  },
  setup: {
    lines: [
      '@live-proof=none',
      '@step=packages nothing nginx 1.22.1, Java 17 and all tools are there',
      '@reloads=1',
      '@tcp-resets=0',
      '@step=site did wrote the site',
    ],
  },
  settle: { lines: ['@traffic=Traffic goes to blue.'] },
  follow: { lines: ['@call=unknown'] },
  rollback: {
    lines: [
      '@live-color=blue',
      '@live-release=20261121T101010Z-ffffffff',
      '@live-proof=proven',
      '@target=20261120T101010Z-eeeeeeee',
      '@target-color=green',
      '@chosen=stopped',
    ],
  },
  retire: { lines: ['@drain-ms=1100', '@drain-cut=0', '@requests=10', '@failed-requests=0', '@downtime=0'] },
};

export interface MadeWorld {
  readonly world: World;
  /** The commands in order: stages by their names, `install` for the program. */
  readonly story: string[];
  readonly commands: string[];
  readonly sent: Map<string, string>;
  readonly lines: string[];
  readonly targets: SshTarget[];
  /** Keys that EC2 was asked to let in, and tunnels that an endpoint was asked for. */
  readonly pushes: { readonly instance: string; readonly user: string; readonly publicLine: string }[];
  readonly tunnels: ({ readonly instance: string } & TunnelLimits)[];
  readonly kept: KeptLease[];
  readonly stopping: AbortController;
  sessionsEnded(): number;
  /** Ports of the host that tunnels lead to; closed ones are gone. */
  readonly openTunnels: Set<number>;
}

export const madeInstance: FoundInstance = {
  id: 'i-0123456789abcdef0',
  region: 'eu-west-1',
  zone: 'eu-west-1a',
  privateIp: '10.0.0.1',
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  groups: [{ id: 'sg-0123456789abcdef0', name: 'web' }],
  hostKeyTag: undefined,
};

const program: HostProgram = { text: 'the program', sha256: 'abc', path: '/opt/program' };

const stageOf = (command: string): AnyStage | 'install' =>
  (
    [
      'acquire',
      'inspect',
      'upload',
      'part',
      'start',
      'switch',
      'bake',
      'revert',
      'retire',
      'rollback',
      'settle',
      'survey',
      'setup',
      'follow',
      'plan',
      'status',
    ] as const
  ).find(
    stage =>
      new RegExp(`${program.path} (restricted [a-z-]+ )?${stage} `).test(command) ||
      command.includes(` sh -s -- ${stage} `),
  ) ?? 'install';

/** All that comes on stdin; `upload` reads as much as it is told of, since its stdin stays open. */
async function textOf(stage: string, command: string, stdin: Readable): Promise<string> {
  if (stage !== 'upload') return await text(stdin);
  const told = (key: string): number => Number(new RegExp(`'?\\b${key}-bytes=(\\d+)`).exec(command)?.[1]);
  const blocks = told('payload') === 0 ? 0 : 32 + told('payload');
  const expected = told('env') + told('launch') + told('json') + told('pieces') + told('recipe') + blocks;
  const came: Buffer[] = [];
  for await (const chunk of stdin) {
    came.push(Buffer.from(chunk));
    if (Buffer.concat(came).length >= expected) break;
  }
  return Buffer.concat(came).toString();
}

/**
 * A world whose host answers as told; several answers to a stage are given one after the other. After `connects`
 * connections it cannot be reached any more.
 */
export function makeWorld(
  answers: Partial<Record<AnyStage | 'install', readonly Answer[]>> = {},
  connects = 1,
): MadeWorld {
  const story: string[] = [];
  const commands: string[] = [];
  const sent = new Map<string, string>();
  const targets: SshTarget[] = [];
  const pushes: MadeWorld['pushes'] = [];
  const tunnels: MadeWorld['tunnels'] = [];
  const kept: KeptLease[] = [];
  const openTunnels = new Set<number>();
  const { log, lines } = keepLog();
  const stopping = new AbortController();
  const left = new Map(Object.entries(answers).map(([stage, list]) => [stage, [...list]]));
  let sessionsEnded = 0;
  let clock = 0;

  const makeSession = (): Session => {
    const ended = Promise.withResolvers<Outcome>();
    let isOpen = true;
    let prepared = 0;
    const outcomes = new Map<string, Promise<Outcome>>();
    const lose = (outcome: Outcome): Outcome => {
      isOpen = false;
      ended.resolve(outcome);
      return outcome;
    };
    /** As the host does: a stage that was called ahead begins when the one before it has ended well, unless the run has ended. */
    const perform = async (
      stage: AnyStage | 'install',
      command: string,
      streams: ExecStreams,
    ): Promise<Outcome> => {
      const [, after] = / after=([a-z]+)/.exec(command) ?? [];
      const before = after === undefined ? exited(0) : await outcomes.get(after);
      if (before?.kind === 'lost') return before;
      if (before?.kind !== 'exited' || before.code !== 0 || (after !== undefined && sent.has('acquire'))) {
        for (const line of [`@stage=${stage}`, '@reason=link-lost']) streams.onLine(line);
        return exited(24);
      }
      story.push(stage);
      const answer = left.get(stage)?.shift() ?? goodAnswers[stage];
      const isRun = stage !== 'install' && (answer.lines !== undefined || answer.outcome === undefined);
      if (isRun) streams.onLine(`@stage=${stage}`);
      for (const line of answer.lines ?? []) streams.onLine(line);
      for (const line of answer.errors ?? []) streams.onErrorLine(line);
      if (stage === 'acquire' && answer.outcome === undefined) {
        let words = '';
        streams.stdin
          ?.on('data', chunk => {
            words += chunk;
          })
          .on('end', () => {
            sent.set('acquire', words);
            streams.onLine('@run=ended');
            ended.resolve(exited(0));
          });
        const [, first] = / first=(inspect|rollback) /.exec(command) ?? [];
        if (first === 'inspect' || first === 'rollback') {
          story.push(first);
          const answerOfFirst = left.get(first)?.shift() ?? goodAnswers[first];
          streams.onLine(`@stage=${first}`);
          for (const line of answerOfFirst.lines ?? []) streams.onLine(line);
          if (answerOfFirst.outcome?.kind === 'lost') return lose(answerOfFirst.outcome);
          const code = answerOfFirst.outcome?.kind === 'exited' ? answerOfFirst.outcome.code : 0;
          streams.onLine(`@call-ended=${code}`);
        }
        return await ended.promise;
      }
      if (stage !== 'acquire' && streams.stdin !== undefined)
        sent.set(stage, await textOf(stage, command, streams.stdin));
      const outcome = answer.outcome ?? exited(0);
      return outcome.kind === 'lost' ? lose(outcome) : outcome;
    };
    return {
      hostKey: { kind: 'fingerprint', sha256: 'shown' },
      isOpen: () => isOpen,
      roundTripMs: 0,
      async prepare(count) {
        prepared += count;
      },
      prepared: () => prepared,
      async exec(command: string, streams: ExecStreams): Promise<Outcome> {
        const stage = stageOf(command);
        prepared = Math.max(0, prepared - 1);
        commands.push(command);
        const ended = Promise.withResolvers<Outcome>();
        outcomes.set(stage, ended.promise);
        const outcome = await perform(stage, command, streams);
        ended.resolve(outcome);
        return outcome;
      },
      async openTunnel(hostPort) {
        openTunnels.add(hostPort);
        return {
          port: 40_000,
          whyRefused: () => undefined,
          isBroken: () => false,
          close: async () => {
            openTunnels.delete(hostPort);
          },
        };
      },
      end() {
        if (isOpen) sessionsEnded++;
        lose({ kind: 'lost', why: 'the session was ended' });
      },
    };
  };

  const world: World = {
    log,
    now: () => clock++,
    date: () => new Date('2026-11-22T21:45:00.123Z'),
    signal: stopping.signal,
    program,
    provenance: madeProvenance,
    runGit: async () => undefined,
    readGit: async () => undefined,
    runCommand: async () => 0,
    findJar: async pattern => `/work/${pattern}`,
    readJar: async path => ({
      path,
      bytes: 9,
      sha256: jarSha256,
      mainClass: 'a.B',
      version: undefined,
      classVersion: 61,
      contents: noContents,
      pieces: [{ hash: 'cGllY2VzISE', bytes: 9, content: undefined }],
    }),
    openFile: () => Readable.from([Buffer.from('jar-bytes')]),
    findHosts: async target => [
      {
        address: target.kind === 'address' ? target.address : '10.0.0.1',
        instance: target.kind === 'address' ? undefined : madeInstance,
        names: ['shop.example.com'],
        how: 'as told',
      },
    ],
    readConsoleHostKeys: async () => [{ kind: 'fingerprint', sha256: 'console' }],
    pushPublicKey: async (instance, user, publicLine) => {
      pushes.push({ instance: instance.id, user, publicLine });
    },
    endpointTunnel: (instance, limits) => {
      tunnels.push({ instance: instance.id, ...limits });
      return async () => new PassThrough();
    },
    surveyPorts: async () => '',
    openPorts: async () => '',
    writeHostKeyTag: async () => '',
    fetch: async () => new Response('ok'),
    connect: async (target: SshTarget, _patience: ConnectPatience) => {
      targets.push(target);
      if (targets.length > connects) {
        const text = { reason: 'unreachable', message: 'No route.', traffic: '', remedy: 'Look.' } as const;
        throw new Failure(text);
      }
      return makeSession();
    },
    keepLease: lease => kept.push(lease),
  };
  return {
    world,
    story,
    commands,
    sent,
    lines,
    targets,
    pushes,
    tunnels,
    kept,
    stopping,
    sessionsEnded: () => sessionsEnded,
    openTunnels,
  };
}
