/** What is used of the AWS SDK, and so what of it is in dist: a file of its own there, loaded by those who ask AWS. */
export {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  paginateDescribeInstanceConnectEndpoints,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
export { EC2InstanceConnectClient, SendSSHPublicKeyCommand } from '@aws-sdk/client-ec2-instance-connect';
export { SignatureV4 } from '@smithy/signature-v4';
