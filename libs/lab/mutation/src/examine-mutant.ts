import { configurationsOf, type Configuration } from './configurations.js';
import type { Kill } from './messages.js';
import type { GeneratedMutant } from './mutants.js';
import type { Killer, Result } from './results.js';
import type { Runner } from './runner-process.js';
import { writeCopy, type StrategyCopy } from './write-copy.js';

/** How a mutant fared, and what the kit said. */
export interface Examined extends Result {
  /** What broke, in the kit's words; null: nothing. */
  readonly what: string | null;
}

/**
 * Breaches that rows show. A busy machine can cause the others as well: they must not be seen
 * without the fault. All of them must be seen twice: what chance shows once is no finding.
 */
const certain = new Set([
  'no-coupon-too-many',
  'no-lost-update',
  'numbered-once-each',
  'per-user-limit',
  'answers-match-rows',
  'late-release-is-harmless',
]);

/** One strategy with one configuration, attacked by some scenarios. */
class Attack {
  constructor(
    private readonly runner: Runner,
    private readonly copy: StrategyCopy,
    private readonly sound: StrategyCopy,
    private readonly host: string,
    private readonly configuration: Configuration,
  ) {}

  /** The first kill that is seen again. */
  async run(scenarios: readonly string[]): Promise<Kill | null> {
    for (let rest = scenarios; rest.length > 0;) {
      const kill = await this.once(this.copy, rest);
      if (kill === null) return null;
      const at = rest.indexOf(kill.scenario);
      if (at < 0) return kill; // it cannot even be loaded
      const again = await this.once(this.copy, [kill.scenario]);
      if (again !== null && (await this.isFault(again))) return again;
      rest = rest.slice(at + 1);
    }
    return null;
  }

  /** What killed it before, seen once more; anything else must be seen twice. */
  async repeat({ scenario, invariant }: Killer): Promise<Kill | null> {
    const kill = await this.once(this.copy, [scenario]);
    return kill === null || kill.invariant === invariant ? kill : this.run([scenario]);
  }

  killerOf({ scenario, invariant }: Kill): Killer {
    return { host: this.host, configuration: this.configuration.name, scenario, invariant };
  }

  /** Whether only the fault can be the cause of what was seen. */
  private async isFault({ scenario, invariant }: Kill): Promise<boolean> {
    return certain.has(invariant) || (await this.once(this.sound, [scenario])) === null;
  }

  private async once(copy: StrategyCopy, scenarios: readonly string[]): Promise<Kill | null> {
    const outcome = await this.runner.run({
      pluginFile: copy.pluginFile(this.host),
      env: this.configuration.env,
      also: [...this.configuration.also],
      scenarios: [...scenarios],
    });
    return outcome.kind === 'killed' ? outcome.kill : null;
  }
}

/**
 * Examines a mutant: first by what killed it before, then by everything that the kit has, the quick
 * scenarios first, up to the first deviation from what its hosts guarantee. `only`: by these
 * scenarios alone.
 */
export async function examineMutant(
  runner: Runner,
  mutant: GeneratedMutant,
  killer: Killer | undefined,
  only?: readonly string[],
): Promise<Examined> {
  const { fingerprint } = mutant;
  using copy = writeCopy(mutant);
  using sound = writeCopy(null);
  const attacks = mutant.file.hosts.flatMap((host) =>
    configurationsOf(host, mutant.file.target).map((configuration) => ({
      host,
      configuration,
      attack: new Attack(runner, copy, sound, host, configuration),
    })),
  );
  const killed = (attack: Attack, kill: Kill): Examined => ({
    fingerprint,
    status: kill.scenario === 'smoke' || kill.scenario === 'load' ? 'stillborn' : 'killed',
    killer: attack.killerOf(kill),
    what: kill.what,
  });
  for (const { host, configuration, attack } of attacks) {
    if (host !== killer?.host || configuration.name !== killer.configuration) continue;
    const kill = await attack.repeat(killer);
    if (kill !== null) return killed(attack, kill);
  }
  for (const { configuration, attack } of attacks) {
    const scenarios = configuration.scenarios.filter((name) => only?.includes(name) !== false);
    const kill = await attack.run(['smoke', ...scenarios]);
    if (kill !== null) return killed(attack, kill);
  }
  return { fingerprint, status: 'survived', what: null };
}
