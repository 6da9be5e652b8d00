import { Command } from 'commander';
import { reportOf } from '../report/report-command.js';
import type { CommandContext } from './command-context.js';

/** `npm run report`. */
export const reportCommand = ({ finish }: CommandContext): Command =>
  new Command('report')
    .description('write the report.html of an earlier race again, from its files')
    .argument('[folder]', 'results/<time> (default: the newest)')
    .action((folder: string | undefined) => finish(reportOf(folder)));
