import type { ReleaseOrigin } from './host-report.ts';
import type { Voice } from './voice.ts';

/** `commit abc1234 by alice`; less where less is known, empty where nothing is. */
export function describeOrigin(origin: ReleaseOrigin | undefined, voice: Voice): string {
  if (origin === undefined) return '';
  const commit =
    origin.commit === '' ? '' : `commit ${voice.link(origin.commit.slice(0, 7), commitPage(origin))}`;
  const actor = origin.actor === '' ? '' : `by ${voice.text(origin.actor)}`;
  return [commit, actor].filter(Boolean).join(' ');
}

/** `main` of refs/heads/main, `v1` of refs/tags/v1, `pull/7/merge` of a pull request. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads\/|tags\/)?/, '');

/** Made of the run's page, which is in the same repository; empty where that is not known. */
function commitPage({ commit, runUrl, repository }: ReleaseOrigin): string {
  const [repositoryPage = ''] = runUrl.split('/actions/runs/');
  return repository !== '' && repositoryPage.endsWith(`/${repository}`) && /^[0-9a-f]{7,64}$/.test(commit)
    ? `${repositoryPage}/commit/${commit}`
    : '';
}
