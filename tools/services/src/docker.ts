import { createHash } from 'node:crypto';
import type { ServicesFolder } from './folder.js';
import type { ServerKind, Source } from './source.js';

/** Images used when an engine answers and nothing else is to be had. */
export const images = {
  database: 'mariadb:10.11',
  redis: 'redis:7',
  k6: 'grafana/k6:1.8.1',
} as const;

/**
 * The command that runs a server in a container in the foreground. The client passes SIGTERM on to
 * the server, so the container lives exactly as long as this process; `--rm` takes its data away
 * with it.
 */
export function dockerRun(
  source: Extract<Source, { from: 'docker' }>,
  folder: ServicesFolder,
  kind: ServerKind,
  ports: { host: number; container: number },
  server: { env: Readonly<Record<string, string>>; args: readonly string[] },
): { program: string; args: readonly string[] } {
  const clone = createHash('sha256').update(folder.root).digest('hex').slice(0, 10);
  return {
    program: source.program,
    args: [
      ...['run', '--rm', '--name', `coupon-race-${kind}-${clone}-${ports.host}`],
      ...['--publish', `127.0.0.1:${ports.host}:${ports.container}`],
      ...Object.entries(server.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      source.image,
      ...server.args,
    ],
  };
}
