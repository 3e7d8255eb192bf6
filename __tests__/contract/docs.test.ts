import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { RESULTS, showDeploys } from '../../bench/distance/files.ts';
import { pages, renewPage, replaceTable, table } from '../../scripts/docs.ts';
import { reasons, stages } from '../../src/failure.ts';
import { actionFile, readText, tree } from './action-file.ts';

const find = (pattern: string): readonly string[] => globSync(pattern, { cwd: fileURLToPath(tree) });
const isThere = (path: string): boolean => existsSync(new URL(path, tree));
const written = [...find('*.md'), ...find('docs/*.md'), ...find('.github/*.md'), ...find('sandbox/*.md')];

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (path: string): readonly string[] =>
  [...readText(path).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

for (const path of pages.keys()) {
  test(`the tables of ${path} are up to date`, () => {
    assert.equal(readText(path), renewPage(path), 'run npm run docs');
  });
}

test('every input and output is in the README, and every reason in the failures page', () => {
  for (const name of Object.keys({ ...actionFile.inputs, ...actionFile.outputs })) {
    assert.ok(readText('README.md').includes(`\n| \`${name}\` |`), name);
  }
  for (const reason of Object.keys(reasons)) {
    assert.ok(readText('docs/failures.md').includes(`\n| \`${reason}\` |`), reason);
  }
});

test('a cell stays one cell, whatever its text', () => {
  assert.equal(table(['A', 'B'], [['a|b', 'c\n  d']]), '| A | B |\n| --- | --- |\n| a\\|b | c d |');
});

test('a page without its markers, or with two of them, is refused', () => {
  assert.equal(
    replaceTable('x <!-- t -->old<!-- /t --> y', 't', 'new', 'p'),
    'x <!-- t -->\nnew\n<!-- /t --> y',
  );
  for (const text of [
    '',
    '<!-- t -->',
    '<!-- /t --><!-- t -->',
    '<!-- t --><!-- /t --><!-- t --><!-- /t -->',
  ]) {
    assert.throws(() => replaceTable(text, 't', 'new', 'p'), /p must have/, text);
  }
});

test('every link between the pages leads somewhere', () => {
  for (const path of written) {
    for (const [, target = '', anchor] of readText(path).matchAll(/\]\(([^)#:\s]*)(?:#([^)\s]*))?\)/g)) {
      const file = target === '' ? path : posix.join(posix.dirname(path), target);
      assert.ok(isThere(file), `${path}: ${target}`);
      if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), `${path}: ${target}#${anchor}`);
    }
  }
});

test('every picture that a page shows is there, with a text in its place', () => {
  const shown = written.flatMap(path =>
    [...readText(path).matchAll(/<(?:img|source)\b[^>]*?\b(?:src|srcset)="([^"]+)"[^>]*>/g)].map(
      ([tag, target = '']) => ({ path, tag, target }),
    ),
  );
  assert.ok(shown.length >= 3);
  for (const { path, tag, target } of shown) {
    assert.ok(isThere(posix.join(posix.dirname(path), target)), `${path}: ${target}`);
    if (tag.startsWith('<img')) assert.match(tag, /\balt="[^"]{20,}"/, path);
  }
});

test('the pictures of the stages differ in their colors alone, and name all stages in their order', () => {
  const picture = (name: string): string => readText(`docs/pictures/stages-${name}.svg`);
  const colorless = (text: string): string => text.replace(/#[0-9a-f]{6}\b/g, '#');
  assert.equal(colorless(picture('dark')), colorless(picture('light')));
  assert.notEqual(picture('dark'), picture('light'));
  for (const name of ['light', 'dark', 'narrow']) {
    const names = [...picture(name).matchAll(/class="ink name"[^>]*>([a-z]+)</g)].map(([, stage]) => stage);
    assert.deepEqual(names, stages);
  }
});

test('the numbers of the README are those of the last measurement', () => {
  const [, measured = ''] =
    /<!-- measured -->([\s\S]*?)<!-- \/measured -->/.exec(readText('README.md')) ?? [];
  const numbers = measured.replace(/`[^`]*`|first 5 s/g, '').match(/\d[\d,.]*/g) ?? [];
  assert.ok(numbers.length >= 10);
  const benchmarks = readText('docs/benchmarks.md');
  for (const number of numbers) {
    assert.match(
      benchmarks,
      new RegExp(`(?<![\\d.,])${number.replaceAll('.', '\\.')}(?![\\d]|[.,]\\d)`),
      number,
    );
  }
  for (const [, command = ''] of measured.matchAll(/`(node bench[^`]*)`/g)) {
    assert.ok(benchmarks.includes(`\`${command}\``), command);
  }
});

test('the pictures and the tables of the ways, near and far, are those of the last measurement', () => {
  for (const [path, text] of showDeploys(JSON.parse(readText(RESULTS))))
    assert.equal(readText(path), text, path);
});

test('every page of the docs that a message or a description speaks of is there', () => {
  const speakers = [...find('src/**/*.{ts,sh}'), 'action.yml', ...written];
  const spoken = new Set(speakers.flatMap(path => readText(path).match(/\bdocs\/[a-z-]+\.md/g) ?? []));
  assert.ok(spoken.size >= 4);
  for (const page of spoken) assert.ok(isThere(page), page);
});

/** The steps of this action in the YAML blocks of a page, however deep they stand. */
function stepsIn(path: string): readonly Readonly<Record<string, unknown>>[] {
  const blocks = [...readText(path).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text));
  const within = (value: unknown): readonly Readonly<Record<string, unknown>>[] => {
    if (typeof value !== 'object' || value === null) return [];
    const fields: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value));
    const own = /\/nginx-bluegreen@/.test(String(fields.uses)) ? [fields] : [];
    return [...own, ...Object.values(fields).flatMap(within)];
  };
  return blocks.flatMap(within);
}

test('every step that a page shows gives inputs that are known', () => {
  const steps = written.flatMap(path => stepsIn(path).map(step => ({ path, step })));
  assert.ok(steps.length >= 6);
  for (const { path, step } of steps) {
    for (const name of Object.keys(step.with ?? {})) {
      assert.ok(Object.hasOwn(actionFile.inputs, name), `${path}: ${name}`);
    }
  }
});

test('the workflow in the README has 15 lines and gives all inputs that are required', () => {
  const [, workflow = ''] = /```yaml\n(on: [\s\S]*?)```/.exec(readText('README.md')) ?? [];
  assert.equal(workflow.trimEnd().split('\n').length, 15);
  const { jobs } = parse(workflow);
  const ours = jobs.deploy.steps.find((step: { readonly uses?: string }) =>
    step.uses?.includes('/nginx-bluegreen@'),
  );
  for (const [name, facts] of Object.entries(actionFile.inputs)) {
    assert.ok(!facts.required || Object.hasOwn(ours.with, name), name);
  }
});
