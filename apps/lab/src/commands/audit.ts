import { Command, Option } from 'commander';
import { auditOf, type AuditOptions } from '../check/audit-command.js';
import { wholeNumber, type CommandContext } from './command-context.js';

/** `npm run audit`. */
export const auditCommand = ({ finish }: CommandContext): Command =>
  new Command('audit')
    .description("check a coupon's rows, and its history if given; reads only")
    .requiredOption('--coupon <id>', 'id of the coupon', wholeNumber(1, 999_999_999))
    .addOption(
      new Option('--database-url <url>', 'database of the coupon')
        .env('DATABASE_URL')
        .makeOptionMandatory(),
    )
    .option('--history <file>', "the clients' history, as written by k6")
    .option('--strategy <name>', 'check the guarantees of this strategy')
    .option('--export <file>', 'write the history to this file, for other checkers')
    .option('--json <file>', 'write the violations to this file')
    .action((options: AuditOptions) => finish(auditOf(options)));
