import { createHash } from 'node:crypto';

/**
 * The first line of a comment of ours, which nobody sees: the same for one app and one set of hosts, whatever their
 * order, and different for any other. Nothing of what it stands for is in it as text, so nothing can end it early.
 */
export function markerOf(app: string, hosts: readonly string[]): string {
  const what = JSON.stringify([app, ...hosts.toSorted()]);
  return `<!-- nginx-bluegreen plan ${createHash('sha256').update(what).digest('hex').slice(0, 32)} -->`;
}
