import { letterOf, type Values } from '@coupon/interleavings';
import type { Schedule, Step, Told } from '@coupon/results';
import Table from 'cli-table3';

const shown = (values: Values): string =>
  Object.entries(values)
    .map(([column, value]) => `${column} ${value ?? 'null'}`)
    .join(', ');

const result = ({ effect, valueRead, valueWritten }: Step): string => {
  const read = valueRead === null ? '' : `\n  reads ${shown(valueRead)}`;
  const failed = effect.startsWith('errno') || effect === '0 rows';
  const written = valueWritten === null || failed ? '' : `\n  writes ${shown(valueWritten)}`;
  return `${failed ? `: ${effect}` : ''}${read}${written}`;
};

/** What happens at one moment in one client. */
interface Event {
  readonly atMs: number;
  readonly client: number;
  readonly text: string;
}

const eventsOf = (step: Step): readonly Event[] => {
  const { client, statement, blocked, atMs, answeredAtMs } = step;
  if (!blocked) return [{ atMs, client, text: `${statement}${result(step)}` }];
  return [
    { atMs, client, text: `${statement}\n  waits` },
    { atMs: answeredAtMs, client, text: `  ${statement} goes on${result(step)}` },
  ];
};

/** What a client was told, in words. */
export function wordsOf(told: Told): string {
  switch (told.kind) {
    case 'granted':
      return `granted number ${told.ordinal}`;
    case 'refused':
      return `refused: ${told.refusal}`;
    case 'no-verdict':
      return `no verdict: ${told.why}`;
    case 'failed':
      return `failed: ${told.message}`;
  }
}

/**
 * A schedule to read from top to bottom: a column for each client, a line for each moment, and what
 * each was told at its end.
 */
export function traceTable({ steps, told }: Schedule): string {
  const head = ['', ...told.map((_, client) => `client ${letterOf(client)}`)];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  const events = steps.flatMap(eventsOf).sort((a, b) => a.atMs - b.atMs);
  const line = (label: string, cell: (client: number) => string): void =>
    void table.push([label, ...told.map((_, client) => cell(client))]);
  events.forEach((event, n) =>
    line(String(n + 1), (client) => (client === event.client ? event.text : '')),
  );
  line('told', (client) => {
    const own = told[client];
    return own === undefined ? '' : wordsOf(own);
  });
  return table.toString();
}
