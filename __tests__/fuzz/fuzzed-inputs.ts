import fc from 'fast-check';
import { commands } from '../../src/config.ts';
import { validKey } from '../unit/valid-inputs.ts';
import { around, hostileLine } from './hostile-values.ts';

const matching = (pattern: RegExp): fc.Arbitrary<string> => fc.stringMatching(pattern);
const number = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map(String);
const oneOf = (...choices: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...choices);
const lines = (line: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(line, { minLength: 1, maxLength: most }), oneOf('\n', '\r\n', '\n\n'))
    .map(([all, end]) => all.join(end));
const port = number(1024, 65_535);
const duration = fc
  .tuple(fc.integer({ min: 1000, max: 9000 }), oneOf('ms', '.5ms', 'ms'))
  .map(([amount, unit]) => `${amount}${unit}`);
const path = matching(/^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]{0,60}$/);
const label = '[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?';
const hostName = matching(new RegExp(`^${label}(\\.${label}){0,3}$`));
const siteName = fc.oneof(
  hostName,
  hostName.map(name => `*.${name}`),
  hostName.map(name => `.${name}`),
  hostName.map(name => `${name}.*`),
);
const fileName = matching(/^[A-Za-z0-9._@+-]{1,20}$/);
const file = fc.array(fileName, { minLength: 1, maxLength: 4 }).map(names => `/${names.join('/')}`);

/** One word, in quotes that hold it together whatever is in it. */
const quoted = hostileLine.map(word =>
  word
    .split("'")
    .map(part => `'${part}'`)
    .join(`"'"`),
);
const words = fc
  .array(fc.oneof(quoted, matching(/^-(D|XX:|-)[a-z.]{1,9}=[A-Za-z0-9{}*?$;|&<>\\!~`%]{0,12}$/)), {
    maxLength: 8,
  })
  .map(all => all.join(' '));

/** Names that a shell has variables of, or that the launcher has. */
export const shellNames = [
  'HOME COLUMNS LINES LC_ALL LANG TZ TMOUT POSIXLY_CORRECT FUNCNEST HISTSIZE OPTARG OPTERR REPLY MAIL MAILPATH',
  'MAILCHECK HOSTNAME HOSTTYPE MACHTYPE OSTYPE COMP_WORDS DIRSTACK_ EXECIGNORE GLOBIGNORE TIMEFORMAT PROMPT_COMMAND',
  'CDPATH FCEDIT FIGNORE INPUTRC IGNOREEOF HISTFILE HISTCONTROL TERM PS3 PS0 ATTY NLSPATH CHILD_MAX COPROC MAPFILE',
  'port color release work java line rest replaced management_port bluegreen_lin SERVER_ADDRESS JAVA_TOOL_OPTIONS',
].flatMap(line => line.split(' '));

const entry = fc
  .tuple(
    fc.oneof(matching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/), fc.constantFrom(...shellNames)),
    hostileLine,
    oneOf('', '\t'),
  )
  .map(([key, value, end]) => `${key}=${value}${end}`);

/** Values that each input of action.yml accepts, mostly; hostile ones are put around them. */
const accepted: Readonly<Record<string, fc.Arbitrary<string>>> = {
  command: oneOf(...commands),
  app: matching(/^[a-z][a-z0-9-]{0,30}$/),
  jar: oneOf('build/libs/*.jar', 'a.jar'),
  'build-command': oneOf('./gradlew bootJar'),
  'instance-id': matching(/^i-[0-9a-f]{17}$/),
  'instance-filters': lines(matching(/^tag:[A-Za-z]{1,9}=[a-z]{1,9}(,[a-z]{1,9})?$/), 3),
  'auto-scaling-group': matching(/^[A-Za-z0-9 *?\\_.-]{1,40}$/).filter(name => name.trim() !== ''),
  host: fc.oneof(hostName, fc.ipV4(), fc.ipV6()),
  address: oneOf('auto', 'public-dns', 'public-ip', 'private-ip', 'ipv6'),
  'aws-region': oneOf('eu-west-1', 'ap-northeast-2', 'us-gov-west-1'),
  'ssh-user': matching(/^[A-Za-z_][A-Za-z0-9._-]{0,31}$/),
  'ssh-port': port,
  'ssh-private-key': oneOf(
    validKey.privateText,
    validKey.privateText.replaceAll('\n', '\r\n'),
    validKey.publicLine,
  ),
  'ssh-passphrase': fc.string(),
  'ssh-host-key': lines(
    oneOf(validKey.publicLine, validKey.fingerprint, `shop.example.com ${validKey.publicLine}`, '# a'),
    3,
  ),
  'ssh-auth': oneOf('key', 'agent'),
  via: oneOf('direct'),
  'ssh-jump-host': fc
    .tuple(
      oneOf('', 'ops@'),
      hostName,
      fc.oneof(
        fc.constant(''),
        port.map(one => `:${one}`),
      ),
    )
    .map(all => all.join('')),
  'ssh-jump-private-key': oneOf(validKey.privateText, validKey.publicLine),
  'ssh-jump-passphrase': fc.string(),
  'ssh-jump-host-key': oneOf(validKey.publicLine, validKey.fingerprint),
  'blue-port': port,
  'green-port': port,
  'blue-management-port': port,
  'green-management-port': port,
  java: fc.oneof(matching(/^[A-Za-z0-9._+][A-Za-z0-9._+-]{0,20}$/), file),
  'java-opts': words,
  'app-args': words,
  env: lines(entry, 8),
  'app-user': matching(/^[a-z_][a-z0-9_-]{0,31}$/),
  'health-path': path,
  'health-port': port,
  'health-timeout': duration,
  'health-interval': duration,
  'health-successes': number(1, 100),
  'warm-up-paths': lines(path, 6),
  'warm-up-requests': number(1, 100_000),
  'smoke-command': oneOf('true'),
  switch: oneOf('instant', 'reload'),
  site: oneOf('managed', 'include'),
  'server-name': fc.array(siteName, { minLength: 1, maxLength: 3 }).map(names => names.join(' ')),
  listen: number(1, 65_535),
  'tls-certificate': file,
  'tls-key': file,
  'max-body-size': matching(/^[0-9]{1,9}[kKmMgG]?$/),
  'proxy-timeout': matching(/^[1-9][0-9]{0,5}(ms|s|m|h)$/),
  'lock-wait': duration,
  'verify-url': oneOf('https://shop.example.com/?a=b', 'http://[::1]:8080/'),
  'bake-time': duration,
  'bake-max-error-rate': matching(/^[0-9]{1,2}(\.[0-9]{1,2})?%$/),
  'drain-timeout': duration,
  'keep-releases': number(2, 100),
  'older-commit': oneOf('refuse', 'warn'),
  force: oneOf('true', 'false'),
  timeout: oneOf('15m', '1h'),
  'keep-previous': oneOf('stopped', 'running'),
  release: matching(/^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$/),
  'rollback-reason': matching(/^[ -~]{0,300}$/),
  'github-token': matching(/^gh[sp]_[A-Za-z0-9]{36}$/),
  comment: oneOf('true', 'false'),
  'open-ports': fc.array(number(1, 65_535), { minLength: 1, maxLength: 4 }).map(ports => ports.join(',')),
  restricted: oneOf('true', 'false'),
  'deploy-user': matching(/^[a-z_][a-z0-9_-]{0,31}$/),
  'deploy-public-key': lines(oneOf(validKey.publicLine, `${validKey.publicLine} runner@ci`), 3),
};

/** Hostile values for each input, by its name in action.yml. */
export const fuzzed: ReadonlyMap<string, fc.Arbitrary<string>> = new Map(
  Object.entries(accepted).map(([name, values]) => [name, around(values)]),
);
