import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readText, tree } from './action-file.ts';

// The parser imports its schema as JSON without saying so, which Node refuses.
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

const folder = '.github/workflows';
const isThere = existsSync(new URL(folder, tree));

const errorsOf = (name: string, content: string): readonly string[] =>
  parseWorkflow({ name, content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(error => error.message);

test('a workflow that is wrong is found', () => {
  const steps = (step: string) =>
    `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`;
  assert.deepEqual(errorsOf('good.yml', steps('run: echo')), []);
  assert.notDeepEqual(errorsOf('bad.yml', steps('rum: echo')), []);
});

test('the workflow in the README is valid', () => {
  const [, workflow = ''] = /```yaml\n(on: [\s\S]*?)```/.exec(readText('README.md')) ?? [];
  assert.notEqual(workflow, '');
  assert.deepEqual(errorsOf('readme.yml', workflow), []);
});

test('every workflow of ours is valid', { skip: !isThere && `NOT TESTED: there is no ${folder}` }, () => {
  const paths = globSync(`${folder}/*.{yml,yaml}`, { cwd: fileURLToPath(tree) });
  assert.ok(paths.length > 0);
  for (const path of paths) assert.deepEqual(errorsOf(path, readText(path)), [], path);
});
