import { ConfigFaults } from '@coupon/application';
import { interruptible } from '@coupon/services';
import { Command } from 'commander';
import { auditCommand } from './commands/audit.js';
import type { CommandContext, ExitCode } from './commands/command-context.js';
import { compareCommand } from './commands/compare.js';
import { exploreCommand } from './commands/explore.js';
import { labCommand } from './commands/lab.js';
import { raceCommand } from './commands/race.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { startCommand } from './commands/start.js';
import { UserError } from './run/user-error.js';

const program = new Command('lab')
  .description('Runs coupon strategies under load and checks the answers against the rows.')
  .showHelpAfterError();
const commands = [
  startCommand,
  raceCommand,
  reproduceCommand,
  labCommand,
  exploreCommand,
  auditCommand,
  compareCommand,
  reportCommand,
];

// Without DEBUG an unexpected error is its message, too: most are for the user to mend.
const printing = {
  expected: [UserError, ConfigFaults],
  stacks: process.env['DEBUG'] !== undefined,
};
process.exitCode = await interruptible(printing, async (signal) => {
  let exitCode: ExitCode = 0;
  const finish: CommandContext['finish'] = async (work) => {
    exitCode = await work;
  };
  for (const command of commands)
    program.addCommand(command({ signal, finish }).copyInheritedSettings(program));
  await program.parseAsync();
  return exitCode;
});
