import { Readable } from 'node:stream';
import type { SetupConfig } from '../../config.ts';
import type { HostParameters } from '../../host/stage.ts';
import type { Jar } from '../../jar/read-jar.ts';
import type { HostReport } from '../../report/host-report.ts';
import type { SetupStep } from '../../report/setup.ts';
import type { HostConnection } from '../host-connection.ts';
import type { HostTarget } from './context.ts';
import { type LiveState, readLive } from './inspect.ts';

/** One setup of one host, once it is connected. */
export interface HostSetup extends HostTarget<SetupConfig> {
  readonly connection: HostConnection;
  /** What is to run there; undefined where there is none yet. */
  readonly jar: Jar | undefined;
}

/** What a setup did on the host. */
export interface SetUp extends LiveState {
  readonly steps: readonly SetupStep[];
  /** What became of a tutorial's set-up, in sentences. */
  readonly tutorial: readonly string[];
  readonly reload: Pick<HostReport, 'reloads' | 'tcpResets'>;
}

/** Makes the host ready, step by step; `onStep` is told each as it is done. */
export async function setUpHost(run: HostSetup, onStep: (step: SetupStep) => void): Promise<SetUp> {
  const facts = await run.connection.run('setup', parametersOf(run), {
    stdin: keysOf(run),
    onFact: line => {
      for (const step of stepsIn(line.startsWith('@step=') ? [line.slice('@step='.length)] : []))
        onStep(step);
    },
  });
  return {
    ...readLive(facts),
    steps: stepsIn(facts.all('step')),
    tutorial: facts.all('tutorial-done'),
    reload: { reloads: facts.number('reloads') ?? 0, tcpResets: facts.number('tcp-resets') },
  };
}

/** What the host is told of the setup. */
export const parametersOf = ({ config, jar }: HostSetup): HostParameters => ({
  java: config.java,
  'class-version': jar?.classVersion ?? 0,
  ...(config.deployer && { 'deploy-user': config.deployer.user }),
});

/** The deployer's public keys, one a line; nothing where there are none. */
export const keysOf =
  ({ config }: HostSetup) =>
  (): Readable =>
    Readable.from([(config.deployer?.publicKeys ?? []).map(key => `${key}\n`).join('')], {
      objectMode: false,
    });

/** The steps as the host tells them: `NAME will|did|nothing TEXT`. */
export const stepsIn = (lines: readonly string[]): readonly SetupStep[] =>
  lines.flatMap(line => {
    const [, name, how, text] = /^([a-z-]+) (will|did|nothing) (.*)$/s.exec(line) ?? [];
    if (name === undefined || text === undefined) return [];
    return [
      {
        name,
        will: how === 'will' ? text : '',
        did: how === 'did' ? text : '',
        there: how === 'nothing' ? text : '',
      },
    ];
  });
