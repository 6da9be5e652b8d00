import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

const run = promisify(execFile);

/** The git revision, with `+changes` where the work tree differs from it, documentation apart. */
export async function revision(): Promise<string> {
  const git = async (...args: string[]): Promise<string | null> => {
    const done = await run('git', args, { cwd: root }).catch(() => null);
    return done === null ? null : done.stdout.trim();
  };
  const head = await git('rev-parse', '--short=12', 'HEAD');
  const changes = await git('status', '--porcelain', '--', '.', ':!docs');
  return head === null ? 'no git' : `${head}${changes ? '+changes' : ''}`;
}
