import type { Environment } from '@coupon/results';
import { whole } from '../format.js';
import { messages } from '../messages/catalogue.js';
import { Message } from '../preferences.js';
import { DataTable } from './data-table.js';

const { environment: labels } = messages;

/** Where and with what a race was run, and the command that runs it again. */
export function EnvironmentTable({
  environment,
  command,
}: {
  environment: Environment;
  command: string;
}) {
  const { startedAt, node, database, redis, k6, os, cpu, cpus, memoryMb, revision } = environment;
  const rows = [
    [labels.startedAt, startedAt],
    [labels.machine, `${cpus} x ${cpu}, ${whole(memoryMb)} MB, ${os}`],
    [labels.database, database],
    [labels.redis, redis],
    [labels.k6, k6],
    [labels.node, node],
    [labels.revision, revision],
  ] as const;
  return (
    <>
      <DataTable
        name="plain"
        label={labels.title}
        rows={rows.map(([label, value]) => [<Message text={label} />, value])}
      />
      <h3>
        <Message text={labels.rerun} />
      </h3>
      <pre tabIndex={0}>
        <code>{command}</code>
      </pre>
    </>
  );
}
