import { type SandboxHost, whyNoSandbox } from '../../sandbox/host.ts';
import { type Arena, openArena } from './arena.ts';

/** Why the suite is skipped, loudly: no host can boot here. With CI=true it runs all the same and fails. */
export async function whyNoArena(): Promise<string | false> {
  const reason = process.env.CI === 'true' ? undefined : await whyNoSandbox();
  return reason === undefined ? false : `NO SANDBOX HERE: ${reason}`;
}

/** Keeps one host for many trials; one on which a trial failed makes way for a fresh one. */
export class HostKeeper {
  #arena: Arena | undefined;

  /** Runs a trial. An error is told with what is on the host. */
  async use<Result>(work: (arena: Arena) => Promise<Result>): Promise<Result> {
    this.#arena ??= await openArena();
    const { host } = this.#arena.target;
    try {
      return await work(this.#arena);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const scene = await describeHost(host);
      await this.close();
      throw new Error(`${message}\nOn the host:\n${scene}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const arena = this.#arena;
    this.#arena = undefined;
    await arena?.target.host.remove();
  }
}

/** What a reader needs to see why. */
async function describeHost(host: SandboxHost): Promise<string> {
  const { stdout } = await host.run(`
    exec 2>&1
    head -n 20 /opt/shop/state/journal /opt/shop/state/lease /opt/shop/state/token /opt/shop/state/candidate
    ls -l /opt/shop /opt/shop/releases /etc/nginx/bluegreen/shop /run/bluegreen-fault
    systemctl list-units --all --no-legend --plain 'bluegreen-*' nginx.service
    ps -eo pid,ppid,etimes,args | grep -v '\\[' | tail -n 40
    journalctl -q --no-pager -o short-precise -n 60`);
  return stdout;
}
