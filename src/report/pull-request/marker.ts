import { createHash } from 'node:crypto';
import type { Target } from '../../config/target.ts';

/**
 * The first line of a comment of ours, which nobody sees: the same for one app and one set of hosts, whatever their
 * order, and different for any other. Nothing of what it stands for is in it as text, so nothing can end it early.
 */
export function markerOf(app: string, hosts: readonly string[]): string {
  const what = JSON.stringify([app, ...hosts.toSorted()]);
  return `<!-- nginx-bluegreen plan ${createHash('sha256').update(what).digest('hex').slice(0, 32)} -->`;
}

/** What a workflow names as its hosts, which stays the same when an instance behind a filter is replaced. */
export function hostsOf(target: Target): readonly string[] {
  switch (target.kind) {
    case 'address':
      return [target.address];
    case 'instances':
      return target.ids;
    case 'filters':
      return [target.region, ...target.filters.map(({ name, values }) => `${name}=${values.join(',')}`)];
    case 'group':
      return [target.region, `auto-scaling-group=${target.name}`];
  }
}
