/** What the stand-in answers. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const about = 'https://docs.github.com/rest';

/** A refusal as GitHub words it. */
export const refusal = (status: number, message: string, more: object = {}): Answer => ({
  status,
  json: { message, documentation_url: about, status: String(status), ...more },
});

/** What GitHub says to a token that may not do it. */
export const notAccessible: Answer = {
  ...refusal(403, 'Resource not accessible by integration'),
  headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
};
