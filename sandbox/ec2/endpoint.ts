import type { ConnectEndpoint } from './connect-endpoints.ts';

/** How the endpoint is to behave. */
export interface Ec2Options {
  /** `own` never uses moto; `moto` uses it where it is installed, whatever it leaves out of the hosts. */
  readonly prefer?: 'moto' | 'own';
  /** The first calls to refuse with RequestLimitExceeded. */
  readonly throttleFirst?: number;
  /** `credentials`: every call is AuthFailure; `permission`: every call is UnauthorizedOperation. */
  readonly refuse?: 'credentials' | 'permission';
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
  stop(): Promise<void>;
}
