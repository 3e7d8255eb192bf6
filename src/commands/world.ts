import type { Duplex, Readable } from 'node:stream';
import type { TunnelLimits } from '../aws/endpoint-tunnel.ts';
import type { FoundHost } from '../aws/find-host.ts';
import type { FoundInstance } from '../aws/instance.ts';
import type { AddressOrder } from '../config/address.ts';
import type { Target } from '../config/target.ts';
import type { HostProgram } from '../host/program.ts';
import type { Range } from '../jar/payload.ts';
import type { Jar } from '../jar/read-jar.ts';
import type { Log } from '../report/log.ts';
import type { ConnectPatience } from '../ssh/connect.ts';
import type { HostKeyRule } from '../ssh/host-key.ts';
import type { Session } from '../ssh/session.ts';
import type { SshTarget } from '../ssh/ssh-target.ts';
import type { KeptLease } from './kept-lease.ts';
import type { Provenance } from './provenance.ts';

/** Everything a command needs of the world around it; index.ts wires the real one. */
export interface World {
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly date: () => Date;
  /** Aborted with a Failure when the command takes too long or is cancelled. */
  readonly signal: AbortSignal;
  readonly program: HostProgram;
  readonly provenance: Provenance;
  /** Runs a local command with these variables added to its environment. Gives its status. */
  readonly runCommand: (command: string, added: Readonly<Record<string, string>>) => Promise<number>;
  /** Runs git in the job's workspace, without a word to anybody. Gives its status; undefined where there is no git. */
  readonly runGit: (words: readonly string[]) => Promise<number | undefined>;
  /** The same, for what git says: its lines that are not empty; undefined where it does not end well. */
  readonly readGit: (words: readonly string[]) => Promise<readonly string[] | undefined>;
  readonly findJar: (pattern: string) => Promise<string>;
  readonly readJar: (path: string) => Promise<Jar>;
  readonly openFile: (path: string, range: Range) => Readable;
  readonly findHosts: (target: Target, order: AddressOrder) => Promise<readonly FoundHost[]>;
  readonly readConsoleHostKeys: (instanceId: string, region: string) => Promise<readonly HostKeyRule[]>;
  /** Has EC2 let a public key (`type blob`) in as this user for a minute. */
  readonly pushPublicKey: (instance: FoundInstance, user: string, publicLine: string) => Promise<void>;
  /** Gives what opens a stream to an instance through the EC2 Instance Connect Endpoint of its VPC. */
  readonly endpointTunnel: (
    instance: FoundInstance,
    limits: TunnelLimits,
  ) => (signal: AbortSignal) => Promise<Duplex>;
  /** What `openPorts` will do, in a clause; empty for nothing. Throws a Failure. */
  readonly surveyPorts: (instance: FoundInstance, ports: readonly number[]) => Promise<string>;
  /** Lets ports of an instance in from everywhere. Gives a clause of what it did, empty for nothing. Throws a Failure. */
  readonly openPorts: (instance: FoundInstance, ports: readonly number[]) => Promise<string>;
  /** Writes `SHA256:…` fingerprints into the instance's tag, likewise. */
  readonly writeHostKeyTag: (instance: FoundInstance, fingerprints: readonly string[]) => Promise<string>;
  readonly fetch: typeof fetch;
  readonly connect: (target: SshTarget, patience: ConnectPatience) => Promise<Session>;
  /** Keeps the lease for what comes after this process, should it be killed. */
  readonly keepLease: (lease: KeptLease) => void;
}
