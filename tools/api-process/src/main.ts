/** `npm run api`: the service alone on private servers, for a person to try. */
import { ConfigFaults } from '@coupon/application';
import { interruptible, wholeNumber } from '@coupon/services';
import { plugins } from '@coupon/strategies';
import { Command } from 'commander';
import { tryApi } from './try-api.js';

const configured = process.env['LOCK_STRATEGY'] ?? '';
const program = new Command('api')
  .description('the service alone on private servers')
  .option(
    '--strategy <name>',
    `${plugins.map(({ name }) => name).join(', ')}, a package or a file`,
    configured === '' ? 'mysql-for-update' : configured,
  )
  .option('--port <port>', '0: any free port', wholeNumber(0, 65_535), 0)
  .showHelpAfterError();

const printing = { expected: [ConfigFaults], stacks: process.env['DEBUG'] !== undefined };
process.exitCode = await interruptible(printing, async (signal) => {
  const { strategy, port } = program.parse().opts<{ strategy: string; port: number }>();
  await tryApi(strategy, port, signal);
  return 0;
});
