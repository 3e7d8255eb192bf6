import { setTimeout as sleep } from 'node:timers/promises';
import { moveClock } from '../../sandbox/faults/clock.ts';
import { fillDisk } from '../../sandbox/faults/disk.ts';
import type { Fault as Wound } from '../../sandbox/faults/fault.ts';
import { dieOfMemory, exhaustMemory } from '../../sandbox/faults/memory.ts';
import { breakNginxConfiguration, killNginx } from '../../sandbox/faults/nginx.ts';
import { cutSilently, resetConnections } from '../../sandbox/link.ts';
import type { LoadOptions } from '../../sandbox/load/options.ts';
import { type Inputs, quickJava, type Target } from '../system/target.ts';
import { faultFolder } from './instrument.ts';

/** What a fault can lay hands on. */
export interface Scene {
  readonly target: Target;
  /** Sends a signal to the runner of the struck deploy, unless that is over. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** The color that the struck run deploys to. */
  readonly candidate: 'blue' | 'green';
  /** Begins another deploy. */
  readonly deployAnother: () => Another;
}

/** Another deploy that was begun: resolves when it waits for the lock or is over, and when it is over; never rejects. */
export interface Another {
  readonly waits: Promise<void>;
  readonly over: Promise<void>;
}

/** One kind of trouble. `strike` gives what the same hand takes away again once the struck run is over, if it does. */
export interface Fault {
  /** What the struck deploy is told. */
  readonly inputs?: Inputs;
  /** Whether nginx or the host itself is what dies, so that requests fail until the front door answers again. */
  readonly closesDoor?: boolean;
  readonly load?: Partial<LoadOptions>;
  readonly strike: (scene: Scene) => Promise<Wound | undefined>;
  /** What happens next, once the stage that stood at the point goes on. */
  readonly afterwards?: (scene: Scene) => Promise<void>;
}

/** Every deploy of the suite has it: its app hangs at its stop if that is asked for. */
export const hangEnv = `SAMPLE_HANG_AT_STOP=${faultFolder}/hang`;

const ports = { blue: 8081, green: 8082 } as const;
const hourInSeconds = 3600;

const signal =
  (name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP') =>
  async (scene: Scene): Promise<undefined> => {
    scene.signal(name);
  };

export const faults = {
  'runner killed': { strike: signal('SIGKILL') },
  'runner terminated': {
    strike: async scene => {
      scene.signal('SIGTERM');
      // What was called ahead may begin until the host has heard of it.
      await scene.target.host.run(
        'for look in $(seq 100); do grep -q ended /opt/shop/state/token && break; sleep 0.02; done',
      );
      return undefined;
    },
  },
  'runner paused while another deploys': {
    strike: signal('SIGSTOP'),
    afterwards: async scene => {
      await scene.deployAnother().over;
      scene.signal('SIGCONT');
    },
  },
  'runner killed and another comes': {
    strike: async scene => {
      scene.signal('SIGKILL');
      const { waits } = scene.deployAnother();
      // It may have the lock at once; then it waits for the stage that is still at work.
      await Promise.race([waits, sleep(3000)]);
      return undefined;
    },
  },
  'link cut': { strike: ({ target }) => cutSilently(target.host) },
  'link reset': {
    strike: async ({ target }) => {
      await resetConnections(target.host);
      return undefined;
    },
  },
  'host crashed': {
    closesDoor: true,
    strike: async ({ target }) => {
      await target.host.reboot('hard');
      return undefined;
    },
  },
  'power cut': {
    closesDoor: true,
    strike: async ({ target }) => {
      await target.host.reboot('cut');
      return undefined;
    },
  },
  'nginx killed': { closesDoor: true, strike: ({ target }) => killNginx(target.host) },
  'nginx config broken': { strike: ({ target }) => breakNginxConfiguration(target.host) },
  'disk filled': { strike: ({ target }) => fillDisk(target.host) },
  'new color out of memory': {
    inputs: { 'java-opts': `${quickJava} ${dieOfMemory}` },
    // nginx must not send a POST again that the dying app may have taken.
    load: { postEvery: 0 },
    strike: async ({ target: { host }, candidate }) => {
      const pid = (await host.sh(`systemctl show --value -p MainPID bluegreen-shop@${candidate}`)).trim();
      const hasEnded = async () => (await host.run(`[ ${pid} = 0 ] || [ ! -e /proc/${pid} ]`)).code === 0;
      while (!(await hasEnded())) await exhaustMemory(host, ports[candidate]).catch(() => sleep(50));
      return undefined;
    },
  },
  'app hangs at its stop': {
    strike: async ({ target }) => {
      await target.host.sh(`: >${faultFolder}/hang`);
      return undefined;
    },
  },
  'clock an hour ahead': { strike: ({ target }) => moveClock(target.host, hourInSeconds) },
  'clock an hour behind': { strike: ({ target }) => moveClock(target.host, -hourInSeconds) },
  'second deploy': {
    strike: async ({ deployAnother }) => {
      await deployAnother().waits;
      return undefined;
    },
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;
