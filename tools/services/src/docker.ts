import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { catalog, type ServerKind } from './catalog.js';

/** Whether the program is Docker's client, so that its server runs in a container. */
export const isDocker = (program: string): boolean => basename(program) === 'docker';

/**
 * The command that runs a server in a container in the foreground. The client passes SIGTERM on to
 * the server, so the container lives as long as this process; `--rm` removes its data. `root` is
 * the clone's services folder, part of the container's name.
 */
export function dockerRun(
  docker: string,
  kind: ServerKind,
  { root, port }: { readonly root: string; readonly port: number },
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const clone = createHash('sha256').update(root).digest('hex').slice(0, 10);
  return [
    ...[docker, 'run', '--rm', '--name', `coupon-race-${kind}-${clone}-${port}`],
    ...['--publish', `127.0.0.1:${port}:${kind === 'database' ? 3306 : 6379}`],
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    catalog[kind].image,
  ];
}
