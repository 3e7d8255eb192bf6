import type { Inputs } from './inputs.ts';
import { readJava } from './launch.ts';

/** What `setup` is asked to do beside making the host ready. */
export interface Setup {
  /** Of the executable jar, whose Java is installed; empty where there is none yet. */
  readonly jar: string;
  /** Java command on the host. */
  readonly java: string;
  readonly lockWaitMs: number;
  /** Ports that the security group shall let in from everywhere. */
  readonly openPorts: readonly number[];
  /** Who gets the right to deploy this app and nothing else; undefined is nobody. */
  readonly deployer: Deployer | undefined;
}

export interface Deployer {
  readonly user: string;
  /** Lines for its authorized_keys. */
  readonly publicKeys: readonly string[];
}

/** Reads the inputs of setup. */
export const readSetup = (inputs: Inputs, app: string): Setup => ({
  jar: inputs.text('jar'),
  java: readJava(inputs),
  lockWaitMs: inputs.duration('lock-wait', '0ms', '6h'),
  openPorts: readOpenPorts(inputs),
  deployer: inputs.flag('restricted') ? readDeployer(inputs, app) : undefined,
});

function readOpenPorts(inputs: Inputs): readonly number[] {
  const words = inputs
    .text('open-ports')
    .split(/[\s,]+/)
    .filter(word => word !== '');
  const ports = [...new Set(words.map(Number))];
  if (!words.every(word => /^\d{1,5}$/.test(word)) || ports.some(port => port < 1 || port > 65_535))
    inputs.refuse('open-ports', 'ports separated by commas, such as 80,443');
  if (ports.length > 0 && inputs.text('host') !== '')
    inputs.refuse('open-ports', 'nothing with host: only instances of EC2 have a security group');
  return ports;
}

const longestUser = 32;
const publicKey = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}( [ -~]*)?$/;

function readDeployer(inputs: Inputs, app: string): Deployer {
  const publicKeys = inputs.lines('deploy-public-key');
  if (!publicKeys.every(line => publicKey.test(line)))
    inputs.refuse('deploy-public-key', 'public keys as in authorized_keys, without options, one a line');
  const user =
    inputs.text('deploy-user') === ''
      ? `${app.slice(0, longestUser - '-deploy'.length)}-deploy`
      : inputs.matching('deploy-user', /^[a-z_][a-z0-9_-]{0,31}$/, 'a user name of a-z, 0-9, _ and -');
  return { user, publicKeys };
}
