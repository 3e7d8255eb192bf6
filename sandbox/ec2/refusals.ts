import { Ec2Fault } from './fault.ts';

const caller = 'arn:aws:sts::123456789012:assumed-role/deployer/session';

/** How EC2 refuses calls that it understands; each takes the action and the region. */
export const refusals = {
  credentials: () =>
    new Ec2Fault(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'),
  expired: () => new Ec2Fault(400, 'RequestExpired', 'Request has expired.'),
  permission: (action: string, region: string) =>
    new Ec2Fault(
      403,
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ec2:${action} on resource: arn:aws:ec2:${region}:123456789012:instance/* because no identity-based policy allows the ec2:${action} action. Encoded authorization failure message: ${'x'.repeat(700)}`,
    ),
  denial: (action: string) =>
    new Ec2Fault(
      403,
      'UnauthorizedOperation',
      `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ec2:${action} with an explicit deny in a service control policy`,
    ),
  region: () =>
    new Ec2Fault(
      401,
      'OptInRequired',
      'You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.',
    ),
  fault: () => new Ec2Fault(500, 'InternalError', 'An internal error has occurred'),
} as const;

/** The name of a refusal. */
export type Refusal = keyof typeof refusals;
