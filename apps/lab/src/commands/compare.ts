import { Command } from 'commander';
import { compareOf } from '../check/compare-command.js';
import type { CommandContext } from './command-context.js';

/** `npm run compare`. */
export const compareCommand = ({ finish }: CommandContext): Command =>
  new Command('compare')
    .description('print what changed beyond noise between two result files')
    .argument('<before>', 'a result.json')
    .argument('<after>', 'a later result.json')
    .option('--json <file>', 'write the comparison to this file')
    .action((before: string, after: string, { json }: { json?: string }) =>
      finish(compareOf(before, after, json)),
    );
