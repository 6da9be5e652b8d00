import { wholeNumber } from '@coupon/services';
import { Command, Option } from 'commander';
import { profileNames, readProfile } from '../run/profiles.js';
import { resolveStrategies } from '../run/resolve-strategies.js';
import { interleave } from '../run/run.js';
import { strategyNames, type CommandContext, type ExitCode } from './command-context.js';
import { printRace } from './print-race.js';

interface RaceOptions {
  /** Names of strategies and of groups of them, packages, files; comma separated. */
  readonly strategies: string;
  readonly profile: string;
  readonly repeats: number;
  readonly instances: number;
  readonly json?: string;
}

async function race(
  { strategies, profile, repeats, instances, json }: RaceOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const plugins = await resolveStrategies(strategies);
  return printRace(interleave(plugins, readProfile(profile), repeats, instances), {
    command:
      `npm run race -- --strategies ${strategies} --profile ${profile} --repeats ${repeats} ` +
      `--instances ${instances}`,
    json,
    signal,
  });
}

/** `npm run race`. */
export const raceCommand = ({ signal, finish }: CommandContext): Command =>
  new Command('race')
    .description('run a race of any strategies under any load')
    .requiredOption(
      '--strategies <names>',
      `comma separated: ${strategyNames}, a package or a file such as ./my-lock.mjs; ` +
        'built-in: all of these; comparisons: the lock libraries compared with; all: both',
    )
    .addOption(new Option('--profile <name>', 'load').choices(profileNames).default('smoke'))
    .option('--repeats <n>', 'runs of each strategy, interleaved', wholeNumber(1, 50), 1)
    .option('--instances <n>', 'API processes that share the load', wholeNumber(1, 8), 1)
    .option('--json <file>', 'also write the result to this file')
    .action((options: RaceOptions) => finish(race(options, signal)));
