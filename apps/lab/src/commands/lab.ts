import { wholeNumber } from '@coupon/services';
import { Command } from 'commander';
import { serveConsole } from '../console/serve-console.js';
import type { CommandContext } from './command-context.js';

/** `npm run lab`. */
export const labCommand = ({ signal, finish }: CommandContext): Command =>
  new Command('lab')
    .description('serve the live page: start and watch races, open earlier ones, view schedules')
    .option('--port <port>', 'port of the page; 0: any free port', wholeNumber(0, 65_535), 0)
    .action(({ port }: { port: number }) => finish(serveConsole(port, signal)));
