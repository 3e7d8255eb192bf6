import type { HostReport } from './host-report.ts';

/** The step outputs, by their names in action.yml; empty where nothing is known. */
export function outputsOf(reports: readonly HostReport[]): Readonly<Record<string, string>> {
  const [first] = reports;
  return {
    release: first?.release ?? '',
    'previous-release': first?.previousRelease ?? '',
    'live-color': first?.liveColor ?? '',
    'live-port': String(first?.livePort ?? ''),
    changed: String(reports.some(report => report.changed)),
    host: first?.host ?? '',
    'instance-id': first?.instanceId ?? '',
    url: first?.url ?? '',
    outcome: first?.outcome ?? 'refused',
    'failed-stage': first?.failure?.stage ?? '',
    reason: first?.failure?.reason ?? '',
    'uploaded-bytes': String(first?.uploadedBytes ?? 0),
    'duration-ms': String(first?.durationMs ?? 0),
    'downtime-ms':
      first?.traffic === undefined || first.traffic.requests === 0 ? '' : String(first.traffic.downtimeMs),
    result: JSON.stringify({ version: 1, outcome: first?.outcome ?? 'refused', hosts: reports }),
  };
}
