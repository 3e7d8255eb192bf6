/**
 * The name of the app: the input, or, in the one default that is not made in action.yml, the repository's name, fit for
 * a unit, folders and upstreams. Empty where that gives none.
 */
export function appOf(input: string, repository: string): string {
  if (input !== '') return input;
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  return name
    .replace(/[^a-z0-9]/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31);
}
