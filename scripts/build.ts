/** Builds dist/ from src/index.ts, byte for byte the same each time. `--check` writes nothing and fails when dist differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

const isCheck = process.argv.includes('--check');
const bundle = 'dist/index.cjs';
const postStep = 'dist/post.cjs';

/** The same program, told that it is the post step: a main step that is killed at once leaves no state to tell it by. */
const postText = "process.env.STATE_step ||= 'main';\nrequire('./index.cjs');\n";

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
  write: !isCheck,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  loader: { '.sh': 'text' },
  legalComments: 'eof',
  charset: 'utf8',
  logLevel: 'warning',
  plugins: [withoutNatives],
});

if (isCheck) {
  const [built] = result.outputFiles ?? [];
  const isBuilt = built !== undefined && Buffer.from(built.contents).equals(readFileSync(bundle));
  if (!isBuilt || readFileSync(postStep, 'utf8') !== postText) {
    process.stderr.write('dist/ is not what the sources build: run npm run build and commit it.\n');
    process.exitCode = 1;
  }
} else writeFileSync(postStep, postText);
