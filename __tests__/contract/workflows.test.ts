import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readText, tree } from './action-file.ts';
import { lintFaults, serviceFaults } from './workflow-checks.ts';

const find = (pattern: string): readonly string[] => globSync(pattern, { cwd: fileURLToPath(tree) });

interface Workflow {
  readonly from: string;
  readonly content: string;
}

const files: readonly Workflow[] = find('{.github/workflows,examples}/*.{yml,yaml}').map(from => ({
  from,
  content: readText(from),
}));

interface ShownWorkflow extends Workflow {
  /** Whether all is there, so that it may stand in a repository as it is. */
  readonly isWhole: boolean;
}

const shown: readonly ShownWorkflow[] = [...find('*.md'), ...find('docs/*.md')].flatMap(from =>
  [...readText(from).matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].flatMap(([, block = ''], index) => {
    if (!/^jobs:/m.test(block)) return [];
    const isWhole = /^on:/m.test(block);
    return [{ from: `${from}#${index + 1}`, content: isWhole ? block : `on: push\n${block}`, isWhole }];
  }),
);

/** What an excerpt may leave out. */
const missing = /Missing required input|There's not enough info|section is missing/;

const faultsOf = async ({ from, content }: Workflow): Promise<readonly string[]> => {
  const name = posix.basename(from).replace(/#.*/, '.yml');
  return [...(await serviceFaults(name, content)), ...(await lintFaults(name, content))];
};

for (const workflow of files) {
  test(`${workflow.from} is valid for GitHub's language service and for actionlint`, async () => {
    assert.deepEqual(await faultsOf(workflow), []);
  });
}

test('the workflows that pages show are valid, but for what an excerpt leaves out', async () => {
  assert.ok(shown.length >= 4 && shown.some(({ isWhole }) => isWhole));
  for (const workflow of shown) {
    const faults = await faultsOf(workflow);
    assert.deepEqual(
      faults.filter(one => workflow.isWhole || !missing.test(one)),
      [],
      workflow.from,
    );
  }
});

test('there is an example for each way to use the action, and each uses it', () => {
  const names = files.flatMap(({ from }) =>
    from.startsWith('examples/') ? [posix.basename(from, '.yml')] : [],
  );
  assert.deepEqual(names.toSorted(), [
    'deploy-gradle',
    'deploy-keyless',
    'deploy-maven',
    'plan',
    'rollback',
    'setup',
    'staging-production',
    'status',
  ]);
  for (const { from, content } of files.filter(one => one.from.startsWith('examples/'))) {
    assert.match(content, /uses: org\/nginx-bluegreen@v1\n/, from);
  }
});

test('no example cancels a running deploy or rollback, and each job has a time limit', () => {
  for (const { from, content } of files.filter(one => one.from.startsWith('examples/'))) {
    const { concurrency, jobs }: ParsedWorkflow = parse(content);
    for (const job of Object.values(jobs)) assert.equal(typeof job['timeout-minutes'], 'number', from);
    if (/plan|status/.test(from)) continue;
    const groups = [concurrency, ...Object.values(jobs).map(job => job.concurrency)].filter(
      one => one !== undefined,
    );
    assert.ok(groups.length > 0, from);
    for (const group of groups) assert.equal(group['cancel-in-progress'], false, from);
  }
});

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean | string;
}

interface ParsedWorkflow {
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<
    Record<string, { readonly concurrency?: Concurrency; readonly 'timeout-minutes'?: number }>
  >;
}

test('a workflow that is wrong is found', async () => {
  const example = (name: string): string => readText(`examples/${name}.yml`);
  const mutations: readonly (readonly [string, string, string, RegExp])[] = [
    ['deploy-gradle', 'jar: jar/*.jar', 'jarr: jar/*.jar', /Invalid action input 'jarr'/],
    ['deploy-gradle', 'ssh-host-key: ', 'health-path: ', /Missing required input `ssh-host-key`/],
    [
      'deploy-gradle',
      'steps.deploy.outputs.url',
      'steps.deploy.outputs.uri',
      /Context access might be invalid: uri/,
    ],
    [
      'deploy-gradle',
      'steps.deploy.outputs.url',
      'steps.deployment.outputs.url',
      /invalid: deployment|"deployment" is not defined/,
    ],
    [
      'deploy-keyless',
      'via: instance-connect-endpoint',
      'vai: instance-connect-endpoint',
      /Invalid action input 'vai'/,
    ],
    ['deploy-maven', 'needs: build', 'needs: built', /built/],
    ['deploy-maven', 'vars.DEPLOY_ROLE }}', 'vars.DEPLOY_ROLE', /expression|unterminated|unclosed|end/i],
    ['rollback', 'inputs.release ||', 'inputs.releases ||', /releases/],
    ['rollback', "outputs.outcome == 'rolled-back'", "outputs.result_ == 'rolled-back'", /result_/],
    ['rollback', 'type: string', 'type: text', /text/],
    ['plan', 'pull-requests: write', 'pull-request: write', /pull-request/],
    ['plan', '    paths:', '    path:', /path/],
    [
      'plan',
      'github.event.pull_request.head.repo.full_name ==',
      'github.evnt.pull_request.head.repo.full_name ==',
      /evnt/,
    ],
    ['staging-production', 'needs.build.outputs.sha256', 'needs.build.outputs.sha512', /sha512/],
    ['staging-production', 'needs: [build, staging]', 'needs: [staging]', /build/],
    ['status', 'cron: "17 * * * *"', 'cron: "17 * * *"', /cron/i],
    ['status', 'runs-on: ubuntu-latest', 'run-on: ubuntu-latest', /run-on/],
  ];
  for (const [name, right, wrong, told] of mutations) {
    assert.ok(example(name).includes(right), `${name} has ${right}`);
    const content = example(name).replace(right, wrong);
    const faults = await faultsOf({ from: `${name}.yml`, content });
    assert.ok(
      faults.some(one => told.test(one)),
      `${name} with ${wrong}: ${faults.join('; ') || 'nothing found'}`,
    );
  }
});
