import type { SandboxHost } from '../host.ts';

/** Launch option with which a JVM dies of its first OutOfMemoryError, with status 3. */
export const dieOfMemory = '-XX:+ExitOnOutOfMemoryError';

/** Has the sample app on this port fill its heap now; it was started with `dieOfMemory`, or lives on without memory. */
export async function exhaustMemory(host: SandboxHost, port: number): Promise<void> {
  await host.sh(`curl -sSf -m 5 -o /dev/null -X POST http://127.0.0.1:${port}/leak`);
}
