import type { FaultCell } from '@coupon/results';

const LEVELS = '▁▂▃▄▅▆▇█';
const INDENT = '  ';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Grants per step as one line of blocks; a dot is a step without any. */
export function sparkline(grants: readonly number[]): string {
  const most = Math.max(1, ...grants);
  return grants
    .map((count) =>
      count === 0
        ? '·'
        : (LEVELS[Math.min(LEVELS.length - 1, Math.floor((count / most) * LEVELS.length))] ?? ''),
    )
    .join('');
}

/** A line below the sparkline that shows when the fault was, and when it was healed. */
function marksLine({ timeline: { stepMs, grants, injectedMs, healedMs } }: FaultCell): string {
  const from = Math.floor(injectedMs / stepMs);
  const to = Math.max(from + 1, Math.floor((healedMs ?? grants.length * stepMs) / stepMs));
  return `${' '.repeat(from)}✗${'─'.repeat(Math.max(0, to - from - 1))}✓`;
}

/** A cell's verdict in a few words. */
export const outcomeOf = ({ deviations, prediction }: FaultCell): string =>
  deviations.length === 0 ? prediction.verdict : 'NOT AS PREDICTED';

const drainLine = ({ tookMs, exitCode }: FaultCell['drains'][number]): string =>
  `${Math.round(tookMs)} ms, ${exitCode === null ? 'killed' : `code ${exitCode}`}`;

/** All that happened in a cell, line by line. */
export function storyOf(cell: FaultCell, title: string): string {
  const { unknown, prediction, timeline, deviations } = cell;
  const answers = Object.entries(cell.answers)
    .sort(([, a], [, b]) => b - a)
    .map(([answer, count]) => `${count} x ${answer.replace(/^0 /, 'no answer: ')}`);
  return [
    `${cell.fault} x ${cell.strategy}: ${title}`,
    '',
    `${INDENT}grants per ${timeline.stepMs} ms, ${cell.grants} in all, ` +
      `at most ${Math.max(...timeline.grants)}`,
    `${INDENT}${sparkline(timeline.grants)}`,
    `${INDENT}${marksLine(cell)}`,
    `${INDENT}✗ fault at ${seconds(timeline.injectedMs)}   ✓ healed at ` +
      (timeline.healedMs === null ? 'no time' : seconds(timeline.healedMs)),
    '',
    `${INDENT}without any grant   ${seconds(cell.withoutSuccessMs)} at the longest; ` +
      `${cell.grantsDuringFault} grants during the fault`,
    `${INDENT}recovery            ` +
      (cell.recoveryMs === null ? 'none' : `first grant ${cell.recoveryMs} ms after healing`),
    `${INDENT}unknown outcomes    ${unknown.count}: ${unknown.granted} turned out granted, ` +
      `${unknown.refused} refused, ${unknown.count - unknown.resolved} never resolved; ` +
      `${unknown.attemptsMax} attempts at most`,
    `${INDENT}past the deadline   ${cell.worstPastDeadlineMs} ms at the longest ` +
      `(the load generator's own lag: ${cell.generatorLagMs} ms)`,
    `${INDENT}SIGTERM             ${cell.drains.map(drainLine).join('; ')}`,
    `${INDENT}answers             ${answers.join(', ')}`,
    `${INDENT}rows                ${cell.acknowledgedLost} acknowledged lost, ` +
      `${cell.overIssued} over-issued, ${cell.lostUpdates} updates lost, ` +
      `${cell.duplicateOrdinals} numbers twice`,
    ...cell.violations.map(
      ({ kind, count, text }) => `${INDENT}${INDENT}${kind}: ${count} (${text})`,
    ),
    '',
    `${INDENT}predicted           ${prediction.verdict}` +
      `${prediction.breaks.length > 0 ? ` (${prediction.breaks.join(', ')})` : ''}: ` +
      prediction.reason,
    `${INDENT}found               ${deviations.length === 0 ? 'as predicted' : 'NOT AS PREDICTED'}`,
    ...deviations.map((deviation) => `${INDENT}${INDENT}${deviation}`),
  ].join('\n');
}
