import { pluginNamed } from '@coupon/strategies';
import { Command } from 'commander';
import { readProfile } from '../run/profiles.js';
import type { Run } from '../run/run.js';
import type { CommandContext } from './command-context.js';
import { printRace } from './print-race.js';

/** The newcomer's race: the broken strategy, two that hold, and the fast one that holds. */
function runs(): readonly Run[] {
  const broken = readProfile('broken-short');
  const fixed = readProfile('fixed-short');
  return [
    { plugin: pluginNamed('no-lock'), profile: broken, repeat: 1 },
    { plugin: pluginNamed('redis-spin-lock'), profile: fixed, repeat: 1 },
    { plugin: pluginNamed('mysql-for-update'), profile: fixed, repeat: 1 },
    { plugin: pluginNamed('group-commit'), profile: fixed, repeat: 1 },
  ];
}

/** `npm start`. */
export const startCommand = ({ signal, finish }: CommandContext): Command =>
  new Command('start')
    .description('run the race: the broken service, then three fixed ones')
    .action(() => finish(printRace(runs(), { command: 'npm start', signal })));
