import assert from 'node:assert/strict';
import { type Config, type DeployConfig, readConfig } from '../../src/config.ts';
import { Failure } from '../../src/failure.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { parsePrivateKey } from '../../src/ssh/private-key.ts';
import { reading, surroundings, validKey } from '../unit/valid-inputs.ts';
import { fuzzed } from './fuzzed-inputs.ts';
import { draw } from './rounds.ts';

export type Verdict =
  | { readonly kind: 'accepted'; readonly config: Config }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const known = parsePrivateKey(validKey.privateText, '');

/** Reads inputs as the action does; the valid private key is parsed once, since that takes a while. */
export function judge(changes: Readonly<Record<string, string>>): Verdict {
  const parse: typeof parsePrivateKey = (text, passphrase) =>
    text === validKey.privateText && passphrase === '' ? known : parsePrivateKey(text, passphrase);
  try {
    const config = readConfig(reading(changes), { ...surroundings, parsePrivateKey: parse, parseHostKeys });
    return { kind: 'accepted', config };
  } catch (error) {
    if (!(error instanceof Failure) || error.text.reason !== 'input-invalid') throw error;
    return { kind: 'refused', problems: error.text.message.split('\n').slice(1) };
  }
}

/** Inputs that a deploy accepts. */
export function deployOf(changes: Readonly<Record<string, string>>): DeployConfig {
  const verdict = judge({ ...changes, command: 'deploy' });
  assert.ok(verdict.kind === 'accepted', 'what is accepted alone is accepted with others');
  assert.ok(verdict.config.command === 'deploy');
  return verdict.config;
}

/** As the runner gives it: without the blanks around it, but for env. */
export const trimmed = (name: string, value: string): string => (name === 'env' ? value : value.trim());

const jump = { 'ssh-jump-host': 'jump.example.com', 'ssh-jump-host-key': validKey.publicLine };

/** What else must be given so that the value alone decides. */
const companions: Readonly<Record<string, (value: string) => Readonly<Record<string, string>>>> = {
  'instance-id': () => ({ host: '' }),
  'instance-filters': () => ({ host: '' }),
  'auto-scaling-group': () => ({ host: '' }),
  'ssh-jump-host': () => ({ 'ssh-jump-host-key': validKey.publicLine }),
  'ssh-jump-private-key': () => jump,
  'ssh-jump-passphrase': () => ({ ...jump, 'ssh-jump-private-key': validKey.privateText }),
  'ssh-jump-host-key': () => ({ 'ssh-jump-host': 'jump.example.com' }),
  'open-ports': () => ({ command: 'setup', host: '', 'instance-id': 'i-0123456789abcdef0' }),
  'deploy-user': () => ({ command: 'setup', restricted: 'true', 'deploy-public-key': validKey.publicLine }),
  'deploy-public-key': () => ({ command: 'setup', restricted: 'true' }),
  'tls-certificate': () => ({ 'tls-key': '/etc/ssl/x.key' }),
  'tls-key': () => ({ 'tls-certificate': '/etc/ssl/x.pem' }),
  release: () => ({ command: 'rollback' }),
  'rollback-reason': () => ({ command: 'rollback' }),
  'github-token': () => ({ command: 'plan' }),
  comment: () => ({ command: 'plan' }),
  'blue-management-port': () => ({ 'green-management-port': '9002' }),
  'green-management-port': () => ({ 'blue-management-port': '9001' }),
};

/** One value of one input among valid others. */
export const judgeOne = (name: string, value: string): Verdict =>
  judge({ ...companions[name]?.(value), [name]: value });

/** All hostile values of an input as the action would read them. */
export const valuesOf = (name: string): readonly string[] => {
  const values = fuzzed.get(name);
  if (values === undefined) throw new Error(`${name} is not fuzzed`);
  return draw(values, name).map(value => trimmed(name, value));
};

/** Those of them that are accepted. */
export const acceptedOf = (name: string): readonly string[] =>
  valuesOf(name).filter(value => value !== '' && judgeOne(name, value).kind === 'accepted');
