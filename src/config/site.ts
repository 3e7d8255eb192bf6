import type { Inputs } from './inputs.ts';

/** nginx in front of the app. For `include` the server block is the user's own. */
export type Site =
  | {
      readonly kind: 'managed';
      readonly serverName: string;
      readonly listen: number;
      readonly tls: Tls | undefined;
      readonly maxBodySize: string;
      readonly proxyTimeout: string;
    }
  | { readonly kind: 'include'; readonly serverName: string; readonly listen: number };

export interface Tls {
  readonly certificate: string;
  readonly key: string;
}

const name = String.raw`(_|(\*\.|\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(\.\*)?)`;
/** No longer than a path may be on the host. */
const path = /^\/[A-Za-z0-9._/@+-]{1,4000}$/;

/** Reads the site inputs; what goes into nginx's configuration is held to characters that mean nothing there. */
export function readSite(inputs: Inputs): Site {
  const kind = inputs.oneOf('site', ['managed', 'include']);
  const serverName = inputs.matching(
    'server-name',
    new RegExp(`^${name}( ${name})*$`),
    'host names separated by a blank, with * at an end, or _',
  );
  const listen = inputs.number('listen', 1, 65_535);
  if (kind === 'include') return { kind, serverName, listen };
  return {
    kind,
    serverName,
    listen,
    tls: readTls(inputs),
    maxBodySize: inputs.matching(
      'max-body-size',
      /^\d{1,9}[kKmMgG]?$/,
      'a size as nginx writes it, such as 100m',
    ),
    proxyTimeout: inputs.matching('proxy-timeout', /^\d{1,6}(ms|s|m|h)$/, 'a duration such as 60s'),
  };
}

function readTls(inputs: Inputs): Tls | undefined {
  const certificate = inputs.text('tls-certificate');
  const key = inputs.text('tls-key');
  if (certificate === '' && key === '') return undefined;
  for (const input of ['tls-certificate', 'tls-key']) {
    if (!path.test(inputs.text(input)))
      inputs.refuse(
        input,
        'an absolute path on the host, of at most 4,000 characters; tls-certificate and tls-key go together',
      );
  }
  return { certificate, key };
}
