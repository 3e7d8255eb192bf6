import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** One operation of GitHub's REST API, with the path parameters of a request to it. */
export interface Operation extends Checks {
  /** Such as `issues/create-comment`. */
  readonly id: string;
  readonly path: Readonly<Record<string, string>>;
}

interface Checks {
  /** What is wrong with a request by the schema; empty when nothing is. */
  readonly requestFaults: (path: Json, query: URLSearchParams, body: string) => readonly string[];
  /** What is wrong with an answer by the schema. A status that the schema does not list has no schema. */
  readonly answerFaults: (status: number, answer: unknown) => readonly string[];
}

/** Finds the operation of a method and a path, which has no query; undefined when GitHub publishes none. */
export type FindOperation = (method: string, path: string) => Operation | undefined;

type Json = Readonly<Record<string, unknown>>;

/** Reads the OpenAPI description that GitHub publishes. */
export function readSchema(): FindOperation {
  const file = new URL(import.meta.resolve('@octokit/openapi/generated/api.github.com.json'));
  const root: Json = JSON.parse(readFileSync(file, 'utf8'));
  const paths = Object.entries(objectOf(root.paths))
    .map(([template, item]) => ({ pattern: patternOf(template), item: objectOf(item), template }))
    .toSorted((a, b) => a.template.split('{').length - b.template.split('{').length);
  const known = new Map<string, Checks>();
  return (method, path) => {
    for (const { pattern, item } of paths) {
      const groups = pattern.exec(path)?.groups;
      const operation = objectOf(item[method.toLowerCase()]);
      const id = operation.operationId;
      if (!pattern.test(path) || typeof id !== 'string') continue;
      const checks = known.get(id) ?? checksOf(root, operation);
      known.set(id, checks);
      const named = Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { ...checks, id, path: Object.fromEntries(named) };
    }
    return undefined;
  };
}

const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

function checksOf(root: Json, operation: Json): Checks {
  const parameters = listOf(operation.parameters).map(one => objectOf(resolve(root, one)));
  const content = objectOf(objectOf(resolve(root, operation.requestBody)).content);
  const bodySchema = objectOf(content['application/json']).schema;
  const inPath = texts.compile(parameterSchema(parameters, 'path'));
  const inQuery = texts.compile(parameterSchema(parameters, 'query'));
  const inBody = bodySchema === undefined ? undefined : values.compile(objectOf(bodySchema));
  const answers = new Map(
    Object.entries(objectOf(operation.responses)).flatMap(([status, response]) => {
      const types = objectOf(objectOf(resolve(root, response)).content);
      const { schema } = objectOf(types['application/json']);
      return schema === undefined ? [] : [[Number(status), values.compile(objectOf(schema))] as const];
    }),
  );
  return {
    requestFaults: (path, query, body) => [
      ...faults('path', inPath, { ...path }),
      ...faults('query', inQuery, Object.fromEntries(query)),
      ...bodyFaults(inBody, body),
    ],
    answerFaults: (status, answer) => faults('answer', answers.get(status), answer),
  };
}

function bodyFaults(validate: ValidateFunction | undefined, body: string): readonly string[] {
  if (validate === undefined) return body === '' ? [] : ['body: the schema has none'];
  try {
    return faults('body', validate, JSON.parse(body));
  } catch {
    return ['body: it is no JSON'];
  }
}

/** The parameters of one place as the schema of an object. GitHub passes over other names in a query; this does not. */
function parameterSchema(parameters: readonly Json[], place: string): Json {
  const here = parameters.filter(one => one.in === place);
  return {
    type: 'object',
    properties: Object.fromEntries(here.map(({ name, schema }) => [String(name), schema])),
    required: here.flatMap(({ name, required }) => (required === true ? [name] : [])),
    additionalProperties: false,
  };
}

const openAjv = (coerceTypes: boolean): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes });
  formats.default(ajv);
  return ajv;
};

/** In a path and a query a number is a text of digits. */
const texts = openAjv(true);
const values = openAjv(false);

const faults = (place: string, validate: ValidateFunction | undefined, value: unknown): readonly string[] =>
  validate === undefined || validate(value)
    ? []
    : (validate.errors ?? []).map(one => `${place}${one.instancePath}: ${one.message}`);

/** The node with what it refers to in its place, and `nullable` of OpenAPI 3.0 as JSON Schema says it. */
function resolve(root: Json, node: unknown, within: readonly string[] = []): unknown {
  if (Array.isArray(node)) return node.map(one => resolve(root, one, within));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, nullable, ...rest } = objectOf(node);
  if (typeof $ref === 'string') {
    if (within.includes($ref)) throw new Error(`${$ref} refers to itself`);
    const names = $ref.slice('#/'.length).split('/');
    const target = names.reduce<unknown>((at, name) => objectOf(at)[name], root);
    return resolve(root, target, [...within, $ref]);
  }
  const plain = Object.fromEntries(
    Object.entries(rest).map(([name, one]) => [name, resolve(root, one, within)]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
