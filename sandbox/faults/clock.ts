import type { SandboxHost } from '../host.ts';
import type { Fault } from './fault.ts';

/**
 * Moves the clock by some seconds, back when negative, for whoever asks `date` and has /usr/local/sbin first in
 * its PATH, as the host program does. Hosts share this machine's clock, so nginx, systemd and file times stay as
 * they are. Again = another time from now on. Healed: the real time.
 */
export async function moveClock(host: SandboxHost, seconds: number): Promise<Fault> {
  await host.sh(`
    cat >/usr/local/sbin/.date.new <<'DATE'
#!/bin/sh
for word; do
  case $word in
    -d* | --date* | -f* | --file* | -r* | --reference* | -s* | --set*) exec /usr/bin/date "$@" ;;
  esac
done
exec /usr/bin/date -d '${seconds} seconds' "$@"
DATE
    chmod 0755 /usr/local/sbin/.date.new && mv /usr/local/sbin/.date.new /usr/local/sbin/date`);
  return {
    heal: async () => {
      await host.sh('rm -f /usr/local/sbin/date');
    },
  };
}
