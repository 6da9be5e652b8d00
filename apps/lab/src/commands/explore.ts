import { wholeNumber } from '@coupon/services';
import { Command } from 'commander';
import { printExploration, type ExploreOptions } from '../explore/print-exploration.js';
import { strategyNames, type CommandContext } from './command-context.js';

/** `npm run explore`. */
export const exploreCommand = ({ signal, finish }: CommandContext): Command =>
  new Command('explore')
    .description('play every order of the statements of a few claims on a real database')
    .requiredOption('--strategy <name>', `${strategyNames}, a package or a file`)
    .option('--clients <n>', 'concurrent claims', wholeNumber(1, 4), 2)
    .option(
      '--instances <n>',
      'instances of the strategy (default: as many as clients)',
      wholeNumber(1, 4),
    )
    .option(
      '--stock <n>',
      'coupons to give away (default: as many as clients)',
      wholeNumber(1, 100),
    )
    .option(
      '--per-user <n>',
      'one user makes all claims, limited to n coupons',
      wholeNumber(1, 100),
    )
    .option('--schedules-max <n>', 'maximum number of schedules', wholeNumber(1, 1_000_000), 5_000)
    .option('--random', 'draw the schedules at random, where there are too many to play them all')
    .option(
      '--blocked-ms <n>',
      'time without an answer after which a statement counts as blocked',
      wholeNumber(1, 1_000),
      15,
    )
    .option('--json <file>', 'write the schedules to this file')
    .action((options: ExploreOptions) => finish(printExploration(options, signal)));
