/**
 * A process that attacks one mutant after the other, as it is asked over IPC. Ends with its parent.
 * What a mutant throws and nobody catches ends it too, after a report.
 */
import { isGuaranteeName } from './guarantee-name.js';
import { beginExamination, deviationsIn, type FaultScenario } from '@coupon/conformance';
import { provideServices } from '@coupon/services';
import { loadPlugin } from '@coupon/strategies';
import { taskSchema, type Kill, type RunnerReport, type Task } from './messages.js';
import { scenarioNamed } from './smoke.js';

const tell = (report: RunnerReport): void => void process.send?.(report);
const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** The scenarios at the head of `next` that may run at once, as all of them mostly wait. */
function waitingWith(next: readonly FaultScenario[]): readonly FaultScenario[] {
  const end = next.findIndex(({ mostlyWaits }) => mostlyWaits !== true);
  return end < 0 ? next : next.slice(0, end);
}

async function attack(task: Task): Promise<Kill | null> {
  const plugin = await loadPlugin(task.pluginFile);
  const also = Object.fromEntries(task.also.filter(isGuaranteeName).map((name) => [name, true]));
  const guarantees = { ...plugin.guarantees, ...also };
  await using examination = await beginExamination({ ...plugin, guarantees }, task.env);
  const chosen = task.scenarios.map(scenarioNamed);
  for (const [n, scenario] of chosen.entries()) {
    tell({ began: scenario.name });
    for (const beside of waitingWith(chosen.slice(n)))
      void examination.report(beside).catch(() => undefined); // seen when its turn comes
    const [first] = deviationsIn(await examination.report(scenario), guarantees);
    if (first !== undefined) return first;
  }
  return null;
}

/** A promise that a mutant forgot may be rejected only when the attack is over. */
const AFTERMATH_MS = 50;

async function work(): Promise<void> {
  // held as long as this process lives, so that no mutant waits for the start of a server
  await provideServices({ need: ['database', 'redis'] });
  process.on('message', (message) => {
    attack(taskSchema.parse(message)).then(
      (killed) => setTimeout(() => tell({ killed }), AFTERMATH_MS),
      (error: unknown) => tell({ failed: messageOf(error) }),
    );
  });
  tell({ ready: true });
}

for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, (error: unknown) => {
    process.send?.({ failed: `nobody caught ${messageOf(error)}` }, () => process.exit(1));
  });
process.on('disconnect', () => process.exit());
await work();
