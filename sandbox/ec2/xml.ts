import { randomUUID } from 'node:crypto';
import type { ConnectEndpoint } from './connect-endpoints.ts';
import type { Ec2Fault } from './fault.ts';
import { type Instance, STATE_CODES } from './instance.ts';
import type { Rule, SecurityGroup } from './security-groups.ts';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** Writes the answer of DescribeInstances; each instance is a reservation of its own. */
export function writeInstances(instances: readonly Instance[], region: string, nextToken: string): string {
  const reservations = instances.map(instance =>
    writeItem(
      element('reservationId', instance.instanceId.replace('i-', 'r-')),
      element('ownerId', '123456789012'),
      `<groupSet/><instancesSet>${writeInstance(instance, region)}</instancesSet>`,
    ),
  );
  const body = `<reservationSet>${reservations.join('')}</reservationSet>${element('nextToken', nextToken)}`;
  return writeAnswer('DescribeInstancesResponse', body);
}

/** Writes the answer of GetConsoleOutput. */
export function writeConsoleOutput(instance: Instance, text: string): string {
  const output = Buffer.from(text).toString('base64');
  const body = [
    element('instanceId', instance.instanceId),
    element('timestamp', new Date().toISOString()),
    element('output', output),
  ];
  return writeAnswer('GetConsoleOutputResponse', body.join(''));
}

/** Writes the answer of DescribeInstanceConnectEndpoints. */
export function writeConnectEndpoints(endpoints: readonly ConnectEndpoint[], nextToken: string): string {
  const items = endpoints.map(endpoint =>
    writeItem(
      element('instanceConnectEndpointId', endpoint.id),
      element('state', endpoint.state),
      element('dnsName', endpoint.dnsName),
      element('fipsDnsName', endpoint.fipsDnsName ?? ''),
      element('vpcId', endpoint.vpcId),
      element('subnetId', endpoint.subnetId),
      element('availabilityZone', endpoint.zone),
    ),
  );
  const body = `<instanceConnectEndpointSet>${items.join('')}</instanceConnectEndpointSet>`;
  return writeAnswer('DescribeInstanceConnectEndpointsResponse', body + element('nextToken', nextToken));
}

/** Writes the answer of an action that has nothing else to tell. */
export function writeDone(action: string): string {
  return writeAnswer(`${action}Response`, '<return>true</return>');
}

/** Writes the answer of DescribeSecurityGroups. */
export function writeSecurityGroups(groups: readonly SecurityGroup[]): string {
  const items = groups.map(({ id, name, rules }) =>
    writeItem(
      element('ownerId', '123456789012'),
      element('groupId', id),
      element('groupName', name),
      `<ipPermissions>${rules.map(writeRule).join('')}</ipPermissions>`,
    ),
  );
  return writeAnswer(
    'DescribeSecurityGroupsResponse',
    `<securityGroupInfo>${items.join('')}</securityGroupInfo>`,
  );
}

function writeRule({ protocol, from, to, ipv4, ipv6, prefixList, description = '' }: Rule): string {
  const source = (list: string, name: string, value: string | undefined): string =>
    value === undefined
      ? ''
      : `<${list}>${writeItem(element(name, value), element('description', description))}</${list}>`;
  return writeItem(
    element('ipProtocol', protocol),
    element('fromPort', String(from ?? '')),
    element('toPort', String(to ?? '')),
    source('ipRanges', 'cidrIp', ipv4),
    source('ipv6Ranges', 'cidrIpv6', ipv6),
    source('prefixListIds', 'prefixListId', prefixList),
  );
}

/** Writes an error as EC2 does. */
export function writeFault(fault: Ec2Fault): string {
  const error = `<Error>${element('Code', fault.code)}${element('Message', fault.message)}</Error>`;
  return `${DECLARATION}<Response><Errors>${error}</Errors>${element('RequestID', randomUUID())}</Response>`;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function writeAnswer(name: string, body: string): string {
  return `${DECLARATION}<${name} xmlns="${NAMESPACE}">${element('requestId', randomUUID())}${body}</${name}>`;
}

function writeInstance(instance: Instance, region: string): string {
  const tags = instance.tags.map(([key, value]) =>
    writeItem(element('key', key), `<value>${escapeXml(value)}</value>`),
  );
  const groups = instance.groups.map(({ id, name }) =>
    writeItem(element('groupId', id), element('groupName', name)),
  );
  const ipv6 = instance.ipv6Address && writeItem(element('ipv6Address', instance.ipv6Address));
  const interfaces = instance.privateAddress && writeItem(`<ipv6AddressesSet>${ipv6}</ipv6AddressesSet>`);
  const state = element('code', String(STATE_CODES[instance.state])) + element('name', instance.state);
  return writeItem(
    element('instanceId', instance.instanceId),
    element('imageId', 'ami-0123456789abcdef0'),
    `<instanceState>${state}</instanceState>`,
    `<privateDnsName>${escapeXml(instance.privateName)}</privateDnsName>`,
    `<dnsName>${escapeXml(instance.publicName)}</dnsName>`,
    element('instanceType', 't3.small'),
    `<placement>${element('availabilityZone', `${region}a`)}</placement>`,
    element('privateIpAddress', instance.privateAddress),
    element('ipAddress', instance.publicAddress),
    element('ipv6Address', instance.ipv6Address),
    element('vpcId', instance.vpcId),
    element('subnetId', instance.subnetId),
    `<groupSet>${groups.join('')}</groupSet>`,
    `<tagSet>${tags.join('')}</tagSet>`,
    `<networkInterfaceSet>${interfaces}</networkInterfaceSet>`,
  );
}

function writeItem(...children: readonly string[]): string {
  return `<item>${children.join('')}</item>`;
}

/** Writes an element, or nothing for an empty value. */
function element(name: string, value: string): string {
  return value === '' ? '' : `<${name}>${escapeXml(value)}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${character.codePointAt(0)};`);
}
