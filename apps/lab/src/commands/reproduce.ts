import { pluginNamed } from '@coupon/strategies';
import { Command } from 'commander';
import { besideTheOriginal } from '../output/beside-the-original.js';
import { readProfile } from '../run/profiles.js';
import { interleave, type Run } from '../run/run.js';
import type { CommandContext } from './command-context.js';
import { printRace } from './print-race.js';

const FIXED_RUNS = 5;

const runs = (): readonly Run[] => [
  { plugin: pluginNamed('no-lock'), profile: readProfile('original-broken'), repeat: 1 },
  ...interleave([pluginNamed('redis-spin-lock')], readProfile('original-fixed'), FIXED_RUNS),
];

/** `npm run reproduce`. */
export const reproduceCommand = ({ signal, finish }: CommandContext): Command =>
  new Command('reproduce')
    .description("run the original's full loads and print them beside its own figures")
    .action(() =>
      finish(
        printRace(runs(), { command: 'npm run reproduce', signal, compare: besideTheOriginal }),
      ),
    );
