import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Section } from './report.ts';

const VALUES = 10_000;

/** Sends hostile values through every input and hostile bytes back, by the tests in __tests__/fuzz. */
export async function measureFuzz(): Promise<Section> {
  const files = globSync('__tests__/fuzz/**/*.test.ts');
  const words = [
    '--import',
    './scripts/shell-as-text.ts',
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
  ];
  const child = spawn(process.execPath, [...words, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BLUEGREEN_FUZZ: String(VALUES) },
  });
  const report = await text(child.stdout);
  const count = (what: string): number =>
    Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(report)?.[1] ?? Number.NaN);
  const [passed, failed, skipped] = ['pass', 'fail', 'skipped'].map(count);
  const isWhole = failed === 0 && skipped === 0 && (passed ?? 0) > 50;
  if (!isWhole) console.error(report);
  const seeds = [...new Set([...report.matchAll(/BLUEGREEN_SEED=(\d+)/g)].map(([, seed]) => seed))];
  return {
    title: 'Hostile values',
    method: `${VALUES.toLocaleString('en')} values for each input, half of them hostile (quotes, line ends, substitutions, globs, dashes, NUL, 64 KiB, right-to-left marks), sent as a deploy sends them: through the checks of the inputs, through exec requests, the launcher and nginx's files in dash, busybox and bash; and as many hostile lines from a host, read by the committed bundle.`,
    columns: ['Values an input', 'Tests passed', 'Tests failed'],
    rows: [[VALUES, passed ?? 0, failed ?? 0]],
    meaning: `None was executed, split, changed or lost: each was refused by name or arrived byte for byte; no line of a host was a command to the runner. Seeds: ${seeds.join(', ')}.`,
    missed: isWhole
      ? []
      : [
          `${failed} tests failed and ${skipped} were skipped; BLUEGREEN_SEED=${seeds.join(' or ')} repeats them`,
        ],
  };
}
