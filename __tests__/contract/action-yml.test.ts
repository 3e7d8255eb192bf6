import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { secretsIn } from '../../src/config/secrets.ts';
import { readConfig } from '../../src/config.ts';
import { Failure } from '../../src/failure.ts';
import { outputsOf } from '../../src/report/outputs.ts';
import { problemsOf, reading, surroundings } from '../unit/valid-inputs.ts';
import { actionFile, readText, tree } from './action-file.ts';

/** Names that the configuration asks for, over every branch it can take. */
function namesRead(): ReadonlySet<string> {
  const names = new Set<string>();
  const branches = [
    {},
    { host: '', 'instance-id': 'i-0123456789abcdef0' },
    { site: 'include' },
    { command: 'rollback' },
    { command: 'plan' },
    { command: 'status' },
    { command: 'setup', restricted: 'true' },
    { 'ssh-jump-host': 'jump.example.com' },
    { 'tls-certificate': '/a', 'tls-key': '/b' },
    { 'blue-management-port': '9001', 'green-management-port': '9002' },
  ];
  for (const changes of branches) {
    const read = reading(changes);
    const recording = (name: string): string => {
      names.add(name);
      return read(name);
    };
    secretsIn(recording);
    try {
      readConfig(recording, surroundings);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return names;
}

test('every input that is read is in action.yml, and every input there is read', () => {
  assert.deepEqual([...namesRead()].toSorted(), Object.keys(actionFile.inputs).toSorted());
});

test('every output that is set is in action.yml, and every output there is set', () => {
  assert.deepEqual(Object.keys(outputsOf([])), Object.keys(actionFile.outputs));
});

test('it runs on Node 24 from the committed bundle, and has a face', () => {
  assert.equal(actionFile.runs.using, 'node24');
  assert.ok(existsSync(new URL(actionFile.runs.main, tree)), actionFile.runs.main);
  assert.ok(actionFile.name && actionFile.description.length <= 125);
  assert.match(actionFile.branding.icon, /^[a-z-]+$/);
  assert.match(actionFile.branding.color, /^(white|black|yellow|blue|green|orange|red|purple|gray-dark)$/);
});

test('every input and output has a description, and every default is text', () => {
  for (const [name, facts] of Object.entries({ ...actionFile.inputs, ...actionFile.outputs })) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.ok((facts.description ?? '').length > 10, name);
    assert.ok(
      facts.default === undefined || typeof facts.default === 'string',
      `quote the default of ${name}`,
    );
  }
});

test('an input that action.yml calls required is refused when it is not given', () => {
  const required = Object.entries(actionFile.inputs).filter(([, facts]) => facts.required);
  assert.ok(required.length > 0);
  for (const [name, facts] of required) {
    assert.equal(facts.default, undefined, name);
    assert.ok(
      problemsOf({ [name]: '' }).some(line => line.startsWith(`  - ${name} is not given`)),
      name,
    );
  }
});

test('no default stands in the sources a second time', () => {
  const sources = ['src/config.ts', ...globSync('src/config/*.ts', { cwd: fileURLToPath(tree) })];
  assert.ok(sources.length > 8);
  const text = sources.map(readText).join('\n');
  for (const [name, { default: value }] of Object.entries(actionFile.inputs)) {
    if (value === undefined || !/^(\/|\d{3,}$|[a-z0-9]+-[a-z]+$)/.test(value)) continue;
    assert.ok(!text.includes(`'${value}'`) && !new RegExp(`\\b${value}\\b`).test(text), `${name}: ${value}`);
  }
});
