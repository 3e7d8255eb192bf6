import type { ConnectEndpoint } from './connect-endpoints.ts';
import type { Instance } from './instance.ts';
import type { Refusal } from './refusals.ts';
import type { SecurityGroup } from './security-groups.ts';

/** How the endpoint is to behave. */
export interface Ec2Options {
  /** `own` never uses moto; `moto` uses it where it is installed, whatever it leaves out of the hosts. */
  readonly prefer?: 'moto' | 'own';
  /** The first calls to refuse with RequestLimitExceeded. */
  readonly throttleFirst?: number;
  /** How every call is refused: by the name of the refusal in `refusals.ts`. */
  readonly refuse?: Refusal;
  /** Calls to refuse after this many that were well. */
  readonly refuseAfter?: number;
  /** The most rules that a security group may have: 60 if not given. */
  readonly mostRules?: number;
  /** The most instances in one answer, so that few hosts make several pages. */
  readonly pageSize?: number;
  /** The EC2 Instance Connect Endpoints there are. */
  readonly connectEndpoints?: readonly ConnectEndpoint[];
}

/** A running endpoint, for `AWS_ENDPOINT_URL_EC2`. */
export interface Ec2 {
  readonly kind: 'moto' | 'own';
  readonly url: string;
  /** The instances' ids, in the order of the hosts. Moto gives its own, whatever the hosts ask for. */
  readonly instanceIds: readonly string[];
  /** How many signed calls came, refused ones included. Moto doesn't tell: always 0. */
  calls(): number;
  /** What the endpoint knows now, after what was written to it. Moto doesn't tell: always empty. */
  readonly instances: readonly Instance[];
  readonly groups: readonly SecurityGroup[];
  stop(): Promise<void>;
}
