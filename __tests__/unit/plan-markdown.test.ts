import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bound } from '../../src/report/bound.ts';
import type { Plan } from '../../src/report/plan.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { summarize } from '../../src/report/summary.ts';
import { elementsOf, referencesIn, renderTree, textOf } from './github-markdown.ts';
import { madeDiff, madePlan, planned } from './made-plans.ts';

const markdownOf = (plan: Plan): string => planMarkdown('demo', planned(plan), plan);
const firstLine = (plan: Plan): string => markdownOf(plan).split('\n')[0] ?? '';
const live = madePlan.live ?? assert.fail();

test('the first line says what would happen', () => {
  assert.equal(
    firstLine(madePlan),
    '### 📋 demo on `10.0.0.5`: jar `0a1b2c3d` would replace `20261121T101010Z-ffffffff`, on green (port 8082)',
  );
  assert.match(
    firstLine({ ...madePlan, live: undefined }),
    /jar `0a1b2c3d` would be the first release, on green/,
  );
  assert.match(
    firstLine({ ...madePlan, next: { ...madePlan.next, jar: undefined } }),
    /: the next jar would replace/,
  );
  assert.match(
    firstLine({ ...madePlan, isUnchanged: true }),
    /✅ demo on `10.0.0.5`: nothing would change, `20261121T/,
  );
  const obstacle = { reason: 'disk-full', message: 'Full.', remedy: 'Free some.' } as const;
  const refused = { ...madePlan, obstacles: [obstacle, obstacle] };
  assert.match(firstLine(refused), /⛔ demo on `10.0.0.5`: a deploy would be refused \(disk-full\)$/);
  assert.ok(markdownOf(refused).indexOf('Free some.') < markdownOf(refused).indexOf('| Release'));
});

test('both releases stand side by side, with links to commit and run', () => {
  const tree = renderTree(markdownOf(madePlan));
  const rows = elementsOf(elementsOf(tree, 'table')[0] ?? tree, 'tr').map(row =>
    elementsOf(row, 'td').map(cell => textOf(cell)),
  );
  assert.deepEqual(rows.slice(1), [
    ['Release', '20261121T101010Z-ffffffff', '…-0a1b2c3d'],
    ['Commit', 'c0ffee0 on main', 'beef000 on pull/7/merge'],
    ['Deployed', '2026-11-21 10:10 UTC by alice in run 1007', '–'],
    ['Color', 'blue (8081), proven', 'green (8082)'],
    ['Spring Boot', '3.3.5', '3.4.0'],
    ['Java', '17', '21'],
    ['Jar', '58.1 MiB', '58.4 MiB'],
  ]);
  const pages = elementsOf(tree, 'a').map(one => one.properties.href);
  assert.ok(pages.includes(`https://github.com/acme/shop/commit/${live.commit}`));
  assert.ok(pages.includes('https://github.com/acme/shop/actions/runs/1007'));
});

test('what changes is folded, each part under its numbers; warnings are in sight', () => {
  const tree = renderTree(markdownOf(madePlan));
  const folds = elementsOf(tree, 'details');
  assert.deepEqual(elementsOf(tree, 'summary').map(textOf), [
    'Libraries: 1 downgraded, 1 removed, 1 added, 2 upgraded, 1 changed (37 as they are)',
    'Classes: 12 added, 1 removed, 34 changed',
    'Migrations: 1 added',
    'Settings files: 1 changed',
    'Environment keys: 1 added, 1 removed, 1 changed',
    'Launch options: changed',
    'nginx: changed',
    'Commits since the live release: 23',
  ]);
  assert.equal(elementsOf(folds[0] ?? tree, 'tr').length, 7);
  assert.match(textOf(folds[0] ?? tree), /jackson-databind\s*⬇️ downgraded 2\.17\.2 → 2\.16\.1/);
  assert.match(textOf(folds.at(-1) ?? tree), /… and 21 more/);
  assert.equal(elementsOf(tree, 'pre').length, 2);
  const folded = folds.map(textOf).join('');
  for (const text of [...madePlan.drift, ...madePlan.findings])
    assert.ok(textOf(tree).includes(text) && !folded.includes(text), text);
});

test('a plan that knows little has no empty part', () => {
  const bare: Plan = {
    ...madePlan,
    ...{
      live: undefined,
      jar: undefined,
      environment: { added: [], removed: [], changed: [] },
      launch: [],
      nginx: [],
    },
    ...{
      drift: [],
      findings: [],
      missing: ['The jar is not built yet.'],
      duration: undefined,
      commits: undefined,
    },
    next: { ...madePlan.next, jar: undefined, uploadBytes: undefined },
  };
  const text = markdownOf(bare);
  assert.doesNotMatch(text, /undefined|NaN|details|\*\*\*\*/);
  assert.match(text, /The jar is not built yet\./);
  assert.equal(summarize('demo', [planned(bare)]), text);
});

/** Every text of the plan is this one. */
function hostilePlan(text: string): Plan {
  const all = [text, text];
  return {
    ...madePlan,
    how: text,
    live: {
      ...live,
      release: text,
      repository: text,
      ref: text,
      commit: text,
      actor: text,
      at: text,
      runUrl: text,
      proof: text,
    },
    next: { ...madePlan.next, ref: text, commit: text, uploadBytes: 0, jarAt: text },
    jar: {
      ...madeDiff,
      libraries: [
        { kind: 'added', artifact: text, version: text },
        { kind: 'upgraded', artifact: text, from: text, to: `${text}x` },
      ],
      classes: {
        kind: 'classes',
        counts: { added: 1, removed: 0, changed: 0 },
        packages: [{ name: text, added: 1, removed: 0, changed: 0 }],
      },
      migrations: { added: all, removed: [], changed: [] },
      springBoot: { before: text, after: text },
    },
    environment: { added: all, removed: all, changed: all },
    ...{ launch: all, unit: all, nginx: all, drift: all, findings: all, missing: all },
    obstacles: [{ reason: 'disk-full', message: text, remedy: text }],
    commits: { total: 2, shown: [{ commit: text, subject: text }] },
  };
}

test('whatever names, subjects, keys and paths are: the shape is the same, nothing is markup, nobody is called', () => {
  const shapeOf = (plan: Plan): readonly string[] =>
    ['h3', 'table', 'tr', 'td', 'details', 'summary', 'pre'].map(
      name => `${name} ${elementsOf(renderTree(markdownOf(plan)), name).length}`,
    );
  const usual = shapeOf(hostilePlan('name'));
  const part = fc.constantFrom(
    ...[
      '*',
      '_',
      '`',
      '```',
      '````',
      '~~~',
      '[a](http://b)',
      '![a](b)',
      '<b>',
      '</details>',
      '<!--',
      '-->',
      '&lt;',
    ],
    ...[
      '@alice',
      '#12',
      'GH-7',
      '|',
      '\\',
      '\n',
      '- ',
      '> ',
      '    ',
      '\u202e',
      '\u001b[31m',
      '</summary>',
      'x',
      '中',
    ],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), parts => {
      const plan = hostilePlan(`n${parts.join('')}`);
      const tree = renderTree(markdownOf(plan));
      assert.deepEqual(shapeOf(plan), usual);
      assert.deepEqual(referencesIn(tree), []);
      assert.deepEqual(elementsOf(tree, 'img', 'b', 'em', 'del', 'script', 'blockquote', 'h1', 'h2'), []);
      for (const { properties } of elementsOf(tree, 'a'))
        assert.match(String(properties.href), /^https:\/\/github\.com\/acme\/shop\//);
      assert.ok(!['\u202e', '\u001b'].some(one => textOf(tree).includes(one)));
    }),
    { numRuns: 150 },
  );
});

test('a huge plan is cut to the beginnings of its lists, says so, and stays under the limits of result and comment', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `name-${index}-${'x'.repeat(50)}`);
  const huge: Plan = {
    ...madePlan,
    jar: { ...madeDiff, libraries: many.map(artifact => ({ kind: 'added', artifact, version: '1.0' })) },
    environment: { added: many, removed: many, changed: many },
    ...{ launch: many, unit: many, nginx: many, drift: many },
    commits: { total: 5000, shown: many.map(subject => ({ commit: 'a'.repeat(40), subject })) },
  };
  for (const plan of [huge, hostilePlan('\u0001@'.repeat(100_000))]) {
    const [told] = bound([planned(plan)]);
    assert.ok(told?.plan !== undefined && JSON.stringify(told).length < 200_000);
    assert.match(
      told.plan.missing.at(-1) ?? '',
      /^The plan is long: of each list only the first \d+ are told\.$/,
    );
    assert.equal(
      told.plan.environment.added[0],
      plan.environment.added[0]?.slice(0, told.plan.environment.added[0]?.length),
    );
    assert.ok(summarize('demo', [told]).length < 500_000);
  }
  const [whole] = bound([planned(madePlan)]);
  assert.deepEqual(whole?.plan, madePlan);
});
