/** Builds dist/index.cjs from src/index.ts, byte for byte the same each time. `--check` writes nothing and fails when dist differs. */
import { readFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

const bundle = 'dist/index.cjs';

/** ssh2 tries its native parts and goes on without them; the bundle has none. */
const withoutNatives: Plugin = {
  name: 'without-natives',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, namespace: 'native' }));
    onLoad({ filter: /.*/, namespace: 'native' }, () => ({
      contents: "throw new Error('not in the bundle');",
    }));
  },
};

const result = await build({
  entryPoints: ['src/index.ts'],
  outfile: bundle,
  bundle: true,
  write: !process.argv.includes('--check'),
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  loader: { '.sh': 'text' },
  legalComments: 'eof',
  charset: 'utf8',
  logLevel: 'warning',
  plugins: [withoutNatives],
});

if (process.argv.includes('--check')) {
  const [built] = result.outputFiles ?? [];
  if (built === undefined || !Buffer.from(built.contents).equals(readFileSync(bundle))) {
    process.stderr.write('dist/index.cjs is not what the sources build: run npm run build and commit it.\n');
    process.exitCode = 1;
  }
}
