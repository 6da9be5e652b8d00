import {
  choicesSchema,
  explorationSchema,
  faultMatrixSchema,
  openedCellSchema,
  openedRaceSchema,
  pastRaceSchema,
  refusalSchema,
  strategyPageSchema,
  type Choices,
  type ExplorationBody,
  type FaultMatrix,
  type OpenedCell,
  type OpenedRace,
  type PastRace,
  type RaceRequest,
} from '@coupon/results';
import { z } from 'zod';

/** A request that the lab refused, with its message; `kind` OFFLINE: the lab did not answer. */
export class LabRefusal extends Error {
  override readonly name = 'LabRefusal';

  constructor(
    readonly kind: z.infer<typeof refusalSchema>['error'] | 'OFFLINE',
    message: string,
  ) {
    super(message);
  }
}

async function send<Schema extends z.ZodType>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: Schema,
  body?: object,
): Promise<z.infer<Schema>> {
  const sent =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`/api${path}`, { method, ...sent }).catch(() => null);
  if (response === null) throw new LabRefusal('OFFLINE', 'the lab does not answer');
  const answer: unknown = response.status === 204 ? {} : await response.json().catch(() => null);
  if (response.ok) return schema.parse(answer);
  const refusal = refusalSchema.safeParse(answer);
  throw refusal.success
    ? new LabRefusal(refusal.data.error, refusal.data.message)
    : new LabRefusal('FAILED', `HTTP ${response.status}`);
}

const nothing = z.object({});

/** The strategies and loads to choose from. Like all of these it rejects with LabRefusal. */
export const choices = (): Promise<Choices> => send('GET', '/choices', choicesSchema);
/** Starts a race; resolves with its id. */
export const startRace = async (wanted: RaceRequest): Promise<string> =>
  (await send('POST', '/race', z.object({ id: z.string() }), wanted)).id;
/** Stops the race or exploration; resolves when its processes have ended. */
export async function stopAll(): Promise<void> {
  await send('POST', '/stop', nothing, {});
}
/** Earlier races, the newest first. */
export const pastRaces = (): Promise<PastRace[]> => send('GET', '/races', z.array(pastRaceSchema));
/** One of them in full. */
export const openedRace = (id: string): Promise<OpenedRace> =>
  send('GET', `/races/${encodeURIComponent(id)}`, openedRaceSchema);
/** Deletes a race with its files. */
export async function deleteRace(id: string): Promise<void> {
  await send('DELETE', `/races/${encodeURIComponent(id)}`, nothing);
}
/** A strategy's page as HTML, made by the lab from this repository's own docs. */
export const strategyHtml = async (name: string): Promise<string> =>
  (await send('GET', `/strategies/${encodeURIComponent(name)}`, strategyPageSchema)).html;
/** Schedules that were explored before; null when none were. */
export const keptSchedules = (strategy: string, clients: number): Promise<ExplorationBody | null> =>
  send(
    'GET',
    `/schedules/${encodeURIComponent(strategy)}/${clients}`,
    explorationSchema.nullable(),
  );
/** Starts an exploration; the live state tells when it is done. */
export async function explore(strategy: string, clients: number): Promise<void> {
  await send('POST', '/schedules', nothing, { strategy, clients });
}
/** The matrix of faults and strategies, as far as it was run here. */
export const faultMatrix = (): Promise<FaultMatrix> => send('GET', '/faults', faultMatrixSchema);
/** One cell of it in full, or why there is none. */
export const openedCell = (fault: string, strategy: string): Promise<OpenedCell> =>
  send(
    'GET',
    `/faults/${encodeURIComponent(fault)}/${encodeURIComponent(strategy)}`,
    openedCellSchema,
  );
