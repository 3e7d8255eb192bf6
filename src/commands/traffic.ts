import type { FoundHost } from '../aws/find-host.ts';
import type { HostConfig } from '../config.ts';
import { nothingChanged, nothingContacted, type Stage } from '../failure.ts';
import type { HostReport } from '../report/host-report.ts';

/** What the host may have done that this side does not know of. */
export interface Unknown {
  /** Whether a switch is confirmed by the runner's retire, not by the host. */
  readonly isConfirmedHere: boolean;
  /** Whether the host was told to switch as soon as the stages before it have ended well. */
  readonly isSwitchAhead: boolean;
}

export const nothingUnknown: Unknown = { isConfirmedHere: false, isSwitchAhead: false };

/** Where the traffic is when a stage was broken off from this side, by all that is known. */
export function trafficAt(
  stage: Stage,
  report: HostReport,
  { isConfirmedHere, isSwitchAhead }: Unknown,
): string {
  if (stage === 'resolve') return report.host === '' ? nothingContacted : nothingChanged;
  if (stage === 'connect') return nothingChanged;
  if (stage === 'switch') {
    return 'The host ends the switch by itself: traffic goes either to the new release, proven at the front door, or to the old one as before.';
  }
  if (report.release === undefined && (stage === 'acquire' || stage === 'inspect')) {
    return 'This run did not move the traffic; what is live was not read yet.';
  }
  const live =
    report.release === undefined
      ? report.liveColor === undefined
        ? 'no release of this app'
        : `the jar that was there before (${report.liveColor}, port ${report.livePort})`
      : `${report.release} (${report.liveColor}, port ${report.livePort})`;
  if (isSwitchAhead) {
    return `The host was told to go on by itself: by now either the new release came up, is proven at the front door and has the traffic, or the traffic did not move: it goes to ${live}, as before.`;
  }
  if (stage === 'bake' || (stage === 'retire' && isConfirmedHere)) {
    return `Traffic goes to ${live}, the new release, proven at the front door and not confirmed yet: the host watches on by itself, and keeps it or takes the traffic back.`;
  }
  return stage === 'retire'
    ? `Traffic goes to ${live}, the new release, proven at the front door.`
    : `The traffic did not move: it goes to ${live}, as before.`;
}

/** What a person would open: the site's first name where it is one, else the host's address. */
export function urlOf({ site }: HostConfig, host: FoundHost): string {
  const isTls = site.kind === 'managed' && site.tls !== undefined;
  const [name = '_'] = site.serverName.split(' ');
  const address = host.address.includes(':') ? `[${host.address}]` : host.address;
  const isUsual = site.listen === 80 || (isTls && site.listen === 443);
  const port = isUsual ? '' : `:${site.listen}`;
  return `${isTls ? 'https' : 'http'}://${/^[A-Za-z0-9][^*]*$/.test(name) ? name : address}${port}`;
}
