import { isUnderWay, type RunState, type RaceRequest } from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';
import { loadMs, profileNames, readProfile } from '../run/profiles.js';
import { expectedMs, interleave, type Run } from '../run/run.js';
import type { RaceSettings } from '../run/race.js';
import { folderNameOf } from '../output/result-file.js';
import type { EventStream } from './event-stream.js';

/** Something runs already. */
export class JobConflict extends Error {
  override readonly name = 'RoomBusy';
}

/** What the room can do; each resolves when all that it started has ended. */
export interface JobHandlers {
  /** Runs the heats of a race and writes its result. */
  race(heats: readonly Run[], settings: RaceSettings): Promise<unknown>;
  /** Explores every schedule of a few clients and keeps them. */
  explore(
    plugin: Plugin,
    clients: number,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/**
 * Where one thing runs at a time: a race, or an exploration, for either would spoil the other's
 * figures. What happens goes to the stream. Nobody needs to listen: what was started runs to its
 * end, or until `stop`.
 */
export class JobRunner {
  private stopper: AbortController | null = null;
  private ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly stream: EventStream,
    private readonly doings: JobHandlers,
    /** Nobody else races here: the page names strategies, and never files to load. */
    private readonly plugins: readonly Plugin[],
  ) {}

  /**
   * Starts a race and returns its id, the name of its folder. Throws RoomBusy; UserError when there
   * is no such strategy or profile.
   */
  start(wanted: RaceRequest): string {
    const entrants = [...new Set(wanted.strategies)].map(
      (name) => this.plugins.find((plugin) => plugin.name === name) ?? none('strategy', name),
    );
    const profile = profileNames.includes(wanted.profile)
      ? readProfile(wanted.profile)
      : none('profile', wanted.profile);
    const heats = interleave(entrants, profile, wanted.repeats, wanted.instances);
    const release = this.enter();
    const startedAt = new Date();
    const id = folderNameOf(startedAt);
    this.stream.send({
      kind: 'race',
      race: {
        id,
        phase: 'preparing',
        startedAtMs: startedAt.getTime(),
        expectedMs: expectedMs(heats),
        heats: heats.map(stateOf),
        saying: '',
        fault: null,
      },
    });
    this.ended = this.run(heats, startedAt, commandOf(entrants, wanted)).finally(release);
    return id;
  }

  /** Starts an exploration. Throws RoomBusy. */
  explore(plugin: Plugin, clients: number): void {
    const release = this.enter();
    const say = (saying: string): void =>
      this.stream.send({
        kind: 'exploring',
        exploring: { strategy: plugin.name, clients, saying },
        fault: null,
      });
    say('');
    this.ended = this.doings
      .explore(plugin, clients, say, this.signal())
      .then(
        () => this.stream.send({ kind: 'exploring', exploring: null, fault: null }),
        (error: unknown) =>
          this.stream.send({
            kind: 'exploring',
            exploring: null,
            fault: this.signal().aborted ? null : wordsOf(error),
          }),
      )
      .finally(release);
  }

  /** Stops what runs; false when nothing does. Resolves when all its processes have ended. */
  async stop(): Promise<boolean> {
    if (this.stopper === null) return false;
    if (isUnderWay(this.stream.state.race))
      this.stream.send({ kind: 'phase', phase: 'stopping', fault: null });
    this.stopper.abort(new UserError('stopped'));
    await this.ended;
    return true;
  }

  private signal(): AbortSignal {
    return this.stopper?.signal ?? AbortSignal.abort();
  }

  private enter(): () => void {
    if (this.stopper !== null)
      throw new JobConflict('a race or an exploration is under way: stop it, or wait for its end');
    this.stopper = new AbortController();
    return () => {
      this.stopper = null;
    };
  }

  private async run(heats: readonly Run[], startedAt: Date, command: string): Promise<void> {
    const signal = this.signal();
    const say = (text: string): void => this.stream.send({ kind: 'saying', text });
    const numberOf = (heat: Run): number => heats.indexOf(heat);
    try {
      await this.doings.race(heats, {
        command,
        startedAt,
        say,
        openProgress: () => {
          this.stream.send({ kind: 'phase', phase: 'running', fault: null });
          return { say, now: say, [Symbol.dispose]: () => undefined };
        },
        onTick: (heat, tick) => this.stream.send({ kind: 'tick', heat: numberOf(heat), tick }),
        onEvent: (event) =>
          this.stream.send(
            event.kind === 'heat-begins'
              ? { kind: 'heat', heat: numberOf(event.heat), phase: 'running', run: null }
              : { kind: 'heat', heat: numberOf(event.heat), phase: 'judged', run: event.run },
          ),
        signal,
      });
      this.stream.send({
        kind: 'phase',
        phase: signal.aborted ? 'stopped' : 'finished',
        fault: null,
      });
    } catch (error) {
      this.stream.send(
        signal.aborted
          ? { kind: 'phase', phase: 'stopped', fault: null }
          : { kind: 'phase', phase: 'failed', fault: wordsOf(error) },
      );
    }
  }
}

const none = (kind: string, name: string): never => {
  throw new UserError(`there is no ${kind} ${name}`);
};

/**
 * How to run the same race by hand. What came from outside is one of this repository's comparisons,
 * a package of its name.
 */
const commandOf = (
  entrants: readonly Plugin[],
  { profile, repeats, instances }: RaceRequest,
): string => {
  const names = entrants
    .map(({ name, source }) => (source === undefined ? name : `@coupon/${name}`))
    .join(',');
  return `npm run race -- --strategies ${names} --profile ${profile} --repeats ${repeats} --instances ${instances}`;
};

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const stateOf = ({ plugin, profile, repeat, instances = 1 }: Run): RunState => ({
  strategy: plugin.name,
  profile: profile.name,
  repeat,
  instances,
  totalQuantity: profile.totalQuantity,
  loadMs: loadMs(profile),
  phase: 'waiting',
  ticks: [],
  run: null,
});
