import type { StockChange } from '@coupon/checker';
import { wholeNumber } from '@coupon/services';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditOf, type AuditOptions } from '../check/audit-command.js';
import { parseStockChange, stockChangeAllowed } from '../check/stock-change.js';
import type { CommandContext } from './command-context.js';

/** Adds the value of an option to those before it. */
const stockChanges = (
  text: string,
  before: readonly StockChange[] | undefined,
): readonly StockChange[] => {
  const change = parseStockChange(text);
  if (change === undefined) throw new InvalidArgumentError(`must be ${stockChangeAllowed}.`);
  return [...(before ?? []), change];
};

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
    .option('--strategy <name>', 'check the guarantees of this strategy (default: all guarantees)')
    .option(
      '--stock-change <change>',
      'a change of the total during the run, which the history does not have: ' +
        `${stockChangeAllowed} (repeatable)`,
      stockChanges,
    )
    .option(
      '--given-back <count>',
      'coupons that came back during the run (row removed, quantity raised), ' +
        'which the history does not have',
      wholeNumber(1, 999_999_999),
    )
    .option('--export <file>', 'write the history to this file, for other checkers')
    .option('--json <file>', 'write the violations to this file')
    .action((options: AuditOptions) => finish(auditOf(options)));
