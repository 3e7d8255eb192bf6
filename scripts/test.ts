/** Runs the parts of the test suite one after another and counts; called by scripts/test.sh. */
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { basename } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const suites = ['unit', 'host', 'contract', 'model', 'fuzz', 'sandbox', 'system', 'faults'];
/** How long one file may take; the whole fault matrix takes most of an hour. */
const patienceMs = { usual: 900_000, faults: 7_200_000 };
/** Test files that take minutes, the longest first: one that began last would run alone at the end. */
const longest = [
  'zero-loss',
  'two-at-once',
  'link',
  'bake',
  'drift',
  'front-door',
  'lock',
  'status',
  'migration',
];
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['node_modules/typescript/bin/tsc']],
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
  ['dist is what the sources build', ['scripts/build.ts', '--check']],
];

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const add = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
const nothing: Count = { passed: 0, failed: 0, skipped: 0 };

async function check(name: string, args: readonly string[]): Promise<Count> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const code = await new Promise(resolve => child.once('close', resolve));
  console.log(`${code === 0 ? '✔' : '✖'} ${name}`);
  return code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

/** The test files of one suite in the order in which they begin. */
function filesOf(suite: string): readonly string[] {
  const rank = (path: string): number => {
    const place = longest.indexOf(basename(path, '.test.ts'));
    return place === -1 ? longest.length : place;
  };
  const files = globSync(`__tests__/${suite}/**/*.test.ts`).toSorted();
  return files.toSorted((one, other) => rank(one) - rank(other));
}

/** Runs the test files of one suite; files that boot hosts run two at a time, since machines are small. */
async function runSuite(suite: string): Promise<Count> {
  const files = filesOf(suite);
  console.log(`\n${suite}: ${files.length} files`);
  const stream = run({
    files,
    concurrency: 2,
    execArgv: ['--import', './scripts/shell-as-text.ts'],
    timeout: suite === 'faults' ? patienceMs.faults : patienceMs.usual,
  });
  let count = nothing;
  const isLeaf = (details: { readonly type?: string | undefined }) => details.type !== 'suite';
  stream.on('test:pass', ({ skip, details }) => {
    if (!isLeaf(details)) return;
    count = add(count, skip === undefined ? { ...nothing, passed: 1 } : { ...nothing, skipped: 1 });
  });
  stream.on('test:fail', ({ details }) => {
    if (isLeaf(details)) count = add(count, { ...nothing, failed: 1 });
  });
  const report = stream.compose(spec);
  report.pipe(process.stdout, { end: false });
  await new Promise(resolve => report.once('end', resolve));
  return files.length === 0 ? { ...nothing, failed: 1 } : count;
}

const wanted = process.argv.slice(2);
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);
const unknown = wanted.filter(part => part !== 'check' && !suites.includes(part));
if (unknown.length > 0 || !existsSync('action.yml')) throw new Error(`unknown part: ${unknown.join(' ')}`);

let total = nothing;
if (isWanted('check')) for (const [name, args] of checks) total = add(total, await check(name, args));
for (const suite of suites.filter(isWanted)) total = add(total, await runSuite(suite));

const isCi = process.env.CI === 'true';
if (total.skipped > 0) {
  console.log(
    `\n${total.skipped} TESTS WERE SKIPPED: see ﹣ above${isCi ? '. With CI=true a skip is a failure.' : '.'}`,
  );
}
const failed = total.failed + (isCi ? total.skipped : 0);
console.log(
  `${total.passed} passed, ${failed} failed${total.skipped > 0 && !isCi ? `, ${total.skipped} skipped` : ''}`,
);
process.exit(failed > 0 ? 1 : 0);
