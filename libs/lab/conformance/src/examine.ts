import type { Plugin } from '@coupon/strategies';
import type { Breach } from './breach.js';
import type { ScenarioReport } from './deviations.js';
import type { FaultScenario } from './fault-scenario.js';
import { openHarness } from './harness.js';
import { attackedBy } from './invariants.js';
import { scenarios } from './scenarios/index.js';

/** How often a scenario that depends on chance is run while nothing breaks. */
const TRIES = 2;

/** An examination in progress: each scenario runs once, when its report is first asked for. */
export interface Examination extends AsyncDisposable {
  /** Runs the scenario, unless it ran before. Rejects where the attack could not be made. */
  report(scenario: FaultScenario): Promise<ScenarioReport>;
  /** The reports of all scenarios. */
  reports(): Promise<readonly ScenarioReport[]>;
  /** Ends everything at once: a running scenario rejects. Disposal waits for it instead. */
  abandon(): Promise<void>;
}

/** Begins to examine `plugin` on real services; `env` are its settings. */
export async function beginExamination(
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<Examination> {
  const harness = await openHarness(plugin, env);
  const started = new Map<FaultScenario, Promise<ScenarioReport>>();
  let lastAlone: Promise<unknown> = Promise.resolve();
  let all: Promise<unknown> = Promise.resolve();
  const run = async (scenario: FaultScenario): Promise<ScenarioReport> => {
    const beganMs = performance.now();
    const isDamageExpected = !plugin.guarantees[attackedBy[scenario.scope]];
    const isRepeated =
      scenario.racing === 'always' ||
      (scenario.racing === 'where damage is due' && isDamageExpected);
    let breaches: readonly Breach[] = [];
    for (let tries = 0; tries < (isRepeated ? TRIES : 1) && breaches.length === 0; tries += 1)
      breaches = await scenario.run(harness);
    return { scenario, breaches, tookMs: performance.now() - beganMs };
  };
  const report = (scenario: FaultScenario): Promise<ScenarioReport> => {
    const known = started.get(scenario);
    if (known !== undefined) return known;
    // What one scenario breaks must not show in another, and none may slow down an attack.
    const running = (scenario.mostlyWaits === true ? lastAlone : all).then(() => run(scenario));
    started.set(scenario, running);
    const ended = running.catch(() => undefined);
    all = Promise.all([all, ended]);
    if (scenario.mostlyWaits !== true) lastAlone = ended;
    return running;
  };
  return {
    report,
    reports: () => Promise.all(scenarios.map(report)),
    async abandon() {
      await harness[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await all;
      await harness[Symbol.asyncDispose]();
    },
  };
}

/** Runs all scenarios against a plugin. Rejects where an attack could not be made at all. */
export async function examine(
  plugin: Plugin,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly ScenarioReport[]> {
  await using examination = await beginExamination(plugin, env);
  return await examination.reports();
}
