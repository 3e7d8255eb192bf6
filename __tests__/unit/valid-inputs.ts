import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ReadInput } from '../../src/config/inputs.ts';
import {
  type Config,
  type DeployConfig,
  type PlanConfig,
  readConfig,
  type SetupConfig,
  type StatusConfig,
  type Surroundings,
} from '../../src/config.ts';
import { Failure } from '../../src/failure.ts';
import { parseHostKeys } from '../../src/ssh/host-key.ts';
import { parsePrivateKey } from '../../src/ssh/private-key.ts';
import { makeKey } from './made-keys.ts';

/** The action's defaults, from action.yml alone. */
export const defaults: ReadonlyMap<string, string> = readDefaults();

function readDefaults(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');
  const { inputs } = parse(text);
  const found = new Map<string, string>();
  for (const [name, facts] of Object.entries<{ readonly default?: string }>(inputs)) {
    found.set(name, facts.default ?? '');
  }
  return found;
}

/** A private key that a valid configuration may have. */
export const validKey = makeKey('ed25519');

const given = {
  jar: 'build/libs/shop.jar',
  host: 'shop.example.com',
  'ssh-private-key': validKey.privateText,
  'ssh-host-key': validKey.publicLine,
};

/** Reads inputs that are valid, with some of them replaced. */
export const reading = (changes: Readonly<Record<string, string>> = {}): ReadInput => {
  const values = new Map([...defaults, ...Object.entries(given), ...Object.entries(changes)]);
  return name => values.get(name) ?? '';
};

export const surroundings: Surroundings = {
  repository: 'acme/Shop.API',
  awsRegion: 'eu-west-1',
  parsePrivateKey,
  parseHostKeys,
  agentSocket: '/run/agent.sock',
};

/** The configuration of valid inputs with some of them replaced. */
export const commandOf = (
  changes: Readonly<Record<string, string>>,
  around: Partial<Surroundings> = {},
): Config => readConfig(reading(changes), { ...surroundings, ...around });

/** The same of a deploy. */
export function configOf(
  changes: Readonly<Record<string, string>> = {},
  around: Partial<Surroundings> = {},
): DeployConfig {
  const config = commandOf({ ...changes, command: 'deploy' }, around);
  assert(config.command === 'deploy');
  return config;
}

/** The same of a plan, which shows itself to nobody. */
export function planOf(changes: Readonly<Record<string, string>> = {}): PlanConfig {
  const config = commandOf({ comment: 'false', ...changes, command: 'plan' });
  assert(config.command === 'plan');
  return config;
}

/** The same of a status. */
export function statusOf(changes: Readonly<Record<string, string>> = {}): StatusConfig {
  const config = commandOf({ ...changes, command: 'status' });
  assert(config.command === 'status');
  return config;
}

/** The same of a setup. */
export function setupOf(changes: Readonly<Record<string, string>> = {}): SetupConfig {
  const config = commandOf({ ...changes, command: 'setup' });
  assert(config.command === 'setup');
  return config;
}

/** The lines of problems that the inputs are refused with; empty when they are taken. */
export function problemsOf(
  changes: Readonly<Record<string, string>>,
  around: Partial<Surroundings> = {},
): readonly string[] {
  try {
    commandOf(changes, around);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.text.reason !== 'input-invalid') throw error;
    return error.text.message.split('\n').slice(1);
  }
}
