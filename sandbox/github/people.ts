/** Whose a token is. */
export interface Person {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
  readonly canWrite: boolean;
}

/** The tokens that the stand-in knows. */
export const tokens = {
  /** Of a run with `pull-requests: write`. */
  'run-token': { id: 41898282, login: 'github-actions[bot]', type: 'Bot', canWrite: true },
  /** Of a run without that permission, or of a fork's. */
  'reading-token': { id: 41898282, login: 'github-actions[bot]', type: 'Bot', canWrite: false },
  /** A user's own. */
  'user-token': { id: 7, login: 'dora', type: 'User', canWrite: true },
} as const satisfies Readonly<Record<string, Person>>;

/** Somebody else who may write comments. */
export const mallory: Person = { id: 666, login: 'mallory', type: 'User', canWrite: true };

/** The person of an Authorization header; undefined when GitHub would not know the token. */
export function personOf(authorization: string | undefined): Person | undefined {
  const token = /^(?:token|bearer) (.+)$/i.exec(authorization ?? '')?.[1];
  return Object.entries(tokens).find(([name]) => name === token)?.[1];
}

/** A user as the API tells one. */
export function describePerson({ id, login, type }: Person, api: string) {
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: Buffer.from(`User${id}`).toString('base64'),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}

/** The same with what only `GET /user` tells. */
export const describeOneself = (person: Person, api: string) => ({
  ...describePerson(person, api),
  user_view_type: 'public',
  name: null,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: 1,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: '2020-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
});
