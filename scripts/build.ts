/**
 * Builds dist/ from src/index.ts, byte for byte the same each time: the action itself, and beside it a file for each
 * package that is loaded only when it is needed. `--check` writes nothing and fails when dist differs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/** The files beside the action: what src imports, and what they are made from. */
const parts = [
  { name: 'aws', imported: './sdk.ts', entry: 'src/aws/sdk.ts' },
  { name: 'github', imported: '@actions/github', entry: '@actions/github' },
  { name: 'ssh2', imported: 'ssh2', entry: 'lazy-ssh2' },
  { name: 'ws', imported: 'ws', entry: 'ws' },
] as const;

/** The same program, told that it is the post step: a main step that is killed at once leaves no state to tell it by. */
const postText = "process.env.STATE_step ||= 'main';\nrequire('./index.cjs');\n";

const besideTheAction: Plugin = {
  name: 'beside-the-action',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path }) => {
      const part = parts.find(({ imported }) => imported === path);
      return part && { path: `./${part.name}.cjs`, external: true };
    });
  },
};

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

/**
 * ssh2 waits until sshd grants the service of logging in, and asks first whether a key would do. Neither need be waited
 * for: sshd takes one message after the other (RFC 4253, section 10), and the question is optional (RFC 4252, section 7).
 * With one key to offer the signed request goes out with that for the service; each saves a round trip, and a refusal is
 * the same. What an RSA key may sign with is known only from what sshd says beside the service: such a key waits for it.
 */
const loginAtOnce: Plugin = {
  name: 'login-at-once',
  setup({ onLoad }) {
    onLoad({ filter: /\/ssh2\/lib\/client\.js$/ }, ({ path }) => ({
      contents: loginChanges.reduce(
        (text, [found, put]) => {
          const [before, after, ...others] = text.split(found);
          if (before === undefined || after === undefined || others.length > 0)
            throw new Error(`ssh2 logs in another way now: ${found} is not found once`);
          return before + put + after;
        },
        readFileSync(path, 'utf8'),
      ),
    }));
  },
};
const loginChanges: readonly (readonly [found: string | RegExp, put: string])[] = [
  [
    "proto.service('ssh-userauth');",
    `proto.service('ssh-userauth');
          if (privateKey !== undefined && privateKey.type !== 'ssh-rsa') tryNextAuth();`,
  ],
  ["if (name === 'ssh-userauth')", "if (name === 'ssh-userauth' && curAuth === undefined)"],
  [
    /proto\.authPK\(username, curAuth\.key, keyAlgo\);(?=\s+break;)/,
    `proto.authPK(username, curAuth.key, keyAlgo, (data, send) => {
              const signature = curAuth.key.sign(data, curAuth.keyAlgos?.[0][1]);
              if (signature instanceof Error) {
                this.emit('error', Object.assign(signature, { level: 'client-authentication' }));
                return tryNextAuth();
              }
              send(signature);
            });`,
  ],
];

/** What is used of ssh2, each loaded at its first use: a key is read long before there is a connection. */
const lazySsh2: Plugin = {
  name: 'lazy-ssh2',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lazy-ssh2$/ }, ({ path }) => ({ path, namespace: 'lazy' }));
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      resolveDir: process.cwd(),
      contents: `module.exports = {
  get Client() { return require('ssh2/lib/client.js'); },
  get OpenSSHAgent() { return require('ssh2/lib/agent.js').OpenSSHAgent; },
  utils: {
    get parseKey() { return require('ssh2/lib/protocol/keyParser.js').parseKey; },
    get generateKeyPairSync() { return require('ssh2/lib/keygen.js').generateKeyPairSync; },
  },
};`,
    }));
  },
};

/** @actions/core can ask for OpenID tokens, by a client that takes longer to load than all else; nobody asks here. */
const withoutTokens: Plugin = {
  name: 'without-tokens',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\/oidc-utils\.js$/ }, async ({ path, pluginData, ...place }) =>
      pluginData === 'found'
        ? undefined
        : { ...(await resolve(path, { ...place, pluginData: 'found' })), sideEffects: false },
    );
  },
};

/**
 * The schemas of EC2, a megabyte, name keys by constants: `{ [_xN]: … }`. Only where the constant's value stands in its
 * place does esbuild see that nothing happens there, and leaves out what is not used.
 */
const plainKeys: Plugin = {
  name: 'plain-keys',
  setup({ onLoad }) {
    onLoad({ filter: /client-ec2\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const constants = text.matchAll(/^const (\w+) = (".*");$/gm);
      const values = new Map([...constants].map(([, name, value]) => [name, value]));
      return { contents: text.replace(/\[(\w+)\]:/g, (key, name) => `${values.get(name) ?? key}:`) };
    });
  },
};

const common = {
  bundle: true,
  write: false,
  metafile: true,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'eof',
  logLevel: 'warning',
} as const satisfies BuildOptions;

const action = await build({
  ...common,
  entryPoints: ['src/index.ts'],
  loader: { '.sh': 'text' },
  supported: { 'dynamic-import': false },
  plugins: [besideTheAction, withoutTokens],
});
const beside = await build({
  ...common,
  entryPoints: parts.map(({ name, entry }) => ({ in: entry, out: name })),
  plugins: [withoutNatives, loginAtOnce, lazySsh2, plainKeys],
});

const wanted = new Map([['post.cjs', postText]]);
for (const { path, text } of [...action.outputFiles, ...beside.outputFiles]) wanted.set(basename(path), text);
requireOneCopyOfOurs(action.metafile, beside.metafile);

if (process.argv.includes('--check')) {
  const isSame =
    readdirSync('dist').toSorted().join() === [...wanted.keys()].toSorted().join() &&
    [...wanted].every(([name, text]) => readFileSync(`dist/${name}`, 'utf8') === text);
  if (!isSame) {
    process.stderr.write('dist/ is not what the sources build: run npm run build and commit it.\n');
    process.exitCode = 1;
  }
} else {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  for (const [name, text] of wanted) writeFileSync(`dist/${name}`, text);
}

/** A class of ours that were in two files would be two classes. */
function requireOneCopyOfOurs(...files: readonly Metafile[]): void {
  const ours = files
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.keys(inputs))
    .filter(path => path.startsWith('src/'));
  const twice = ours.filter((path, index) => ours.indexOf(path) !== index);
  if (twice.length > 0) throw new Error(`in two files of dist: ${twice.join(' ')}`);
}
