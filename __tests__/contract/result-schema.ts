import { Ajv2020 } from 'ajv/dist/2020.js';
import { readText } from './action-file.ts';

/** The same schema with no field beyond those that it names, so that a report with a field that is not documented is wrong. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  return 'properties' in schema && 'type' in schema ? { ...closed, additionalProperties: false } : closed;
}

const validate = new Ajv2020({ allErrors: true, strictRequired: false }).compile(
  Object(close(JSON.parse(readText('docs/result.schema.json')))),
);

/** What the output `result` has other than docs/result.schema.json says; empty when nothing. */
export function problemsOfResult(result: string): readonly string[] {
  if (validate(JSON.parse(result))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
