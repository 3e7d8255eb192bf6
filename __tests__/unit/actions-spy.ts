import * as core from '@actions/core';
import type { Actions } from '../../src/report/actions.ts';

/** The part of the runner's interface that is written to, kept instead of written. */
export interface ActionsSpy {
  readonly actions: Actions;
  readonly outputs: Map<string, unknown>;
  readonly errors: string[];
  readonly infos: string[];
  summary(): string;
}

/** The runner's interface with all that is told kept aside. */
export function spyOnActions(): ActionsSpy {
  const outputs = new Map<string, unknown>();
  const errors: string[] = [];
  const infos: string[] = [];
  let written = '';
  let waiting = '';
  const summary: typeof core.summary = Object.assign(Object.create(core.summary), {
    addRaw(text: string) {
      waiting += text;
      return summary;
    },
    async write() {
      written += waiting;
      waiting = '';
      return summary;
    },
  });
  const actions: Actions = {
    ...core,
    summary,
    setOutput: (name, value) => outputs.set(name, value),
    error: (text, about) => errors.push(`${about?.title}: ${text}`),
    info: text => infos.push(text),
    startGroup: title => infos.push(`group ${title}`),
    endGroup: () => infos.push('end'),
  };
  return { actions, outputs, errors, infos, summary: () => written };
}
