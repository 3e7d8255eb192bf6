import { Ec2Fault } from './fault.ts';

const longestKey = 128;
const longestValue = 256;

/** Reads `Tag.N.Key` and `Tag.N.Value` of a query. Throws an `Ec2Fault` on what EC2 does not keep. */
export function readTags(query: URLSearchParams): readonly (readonly [key: string, value: string])[] {
  const tags: [string, string][] = [];
  for (let number = 1; query.has(`Tag.${number}.Key`); number++) {
    const key = query.get(`Tag.${number}.Key`) ?? '';
    const value = query.get(`Tag.${number}.Value`) ?? '';
    if (key.startsWith('aws:')) refuse('Tag keys starting with aws: are reserved for internal use');
    if (key.length > longestKey) refuse(`Tag key exceeds the maximum length of ${longestKey} characters`);
    if (value.length > longestValue)
      refuse(`Tag value exceeds the maximum length of ${longestValue} characters`);
    tags.push([key, value]);
  }
  if (tags.length === 0)
    throw new Ec2Fault(400, 'MissingParameter', 'The request must contain the parameter Tags');
  return tags;
}

function refuse(message: string): never {
  throw new Ec2Fault(400, 'InvalidParameterValue', message);
}
