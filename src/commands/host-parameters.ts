import type { HostConfig } from '../config.ts';
import type { HostParameters } from '../host/stage.ts';

/** What every stage on the host is told: the app, its ports, how health is asked, the site. */
export function hostParameters(config: HostConfig, frontHost: string): HostParameters {
  const { ports, health, site } = config;
  return {
    app: config.app,
    ...(config.command === 'setup' && { installs: 'yes' }),
    'app-user': config.appUser,
    'blue-port': ports.blue,
    'green-port': ports.green,
    ...(ports.management && {
      'blue-management-port': ports.management.blue,
      'green-management-port': ports.management.green,
    }),
    'health-path': health.path,
    ...(health.port !== undefined && { 'health-port': health.port }),
    switch: config.switchMode,
    'front-host': frontHost,
    site: site.kind,
    'server-name': site.serverName,
    listen: site.listen,
    ...(site.kind === 'managed' && {
      'max-body-size': site.maxBodySize,
      'proxy-timeout': site.proxyTimeout,
      ...(site.tls && { 'tls-certificate': site.tls.certificate, 'tls-key': site.tls.key }),
    }),
  };
}
