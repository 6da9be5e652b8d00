import { isUnderWay, type RunState, type RaceRequest } from '@coupon/results';
import type { Plugin } from '@coupon/strategies';
import { UserError } from '../run/user-error.js';
import { loadMs, profileNames, readProfile } from '../run/profiles.js';
import { expectedMs, interleave, type Run } from '../run/run.js';
import type { RaceSettings } from '../run/race.js';
import { folderNameOf } from '../output/result-file.js';
import type { EventStream } from './event-stream.js';

/** A race or an exploration is already running. */
export class JobConflict extends Error {
  override readonly name = 'JobConflict';
}

/** The jobs. Each resolves when every process that it started has ended. */
export interface JobHandlers {
  /** Executes the runs of a race and writes its result. */
  race(runs: readonly Run[], settings: RaceSettings): Promise<unknown>;
  /** Explores every schedule of a few clients and stores them. */
  explore(
    plugin: Plugin,
    clients: number,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<unknown>;
}

/**
 * Runs one job at a time, a race or an exploration: two would distort each other's figures. Events
 * go to the stream. A job needs no listener: it runs to its end, or until `stop`.
 */
export class JobRunner {
  private current: AbortController | null = null;
  private ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly stream: EventStream,
    private readonly handlers: JobHandlers,
    /** The strategies that the page can name: it never names files to load. */
    private readonly plugins: readonly Plugin[],
  ) {}

  /**
   * Starts a race and returns its id, the name of its folder. Throws JobConflict; UserError when
   * there is no such strategy or profile.
   */
  start(request: RaceRequest): string {
    const chosen = [...new Set(request.strategies)].map(
      (name) => this.plugins.find((plugin) => plugin.name === name) ?? notFound('strategy', name),
    );
    const profile = profileNames.includes(request.profile)
      ? readProfile(request.profile)
      : notFound('profile', request.profile);
    const runs = interleave(chosen, profile, request.repeats, request.instances);
    const release = this.begin();
    const startedAt = new Date();
    const id = folderNameOf(startedAt);
    this.stream.send({
      kind: 'race',
      race: {
        id,
        phase: 'preparing',
        startedAtMs: startedAt.getTime(),
        expectedMs: expectedMs(runs),
        runs: runs.map(stateOf),
        saying: '',
        fault: null,
      },
    });
    this.ended = this.run(runs, startedAt, commandOf(chosen, request)).finally(release);
    return id;
  }

  /** Starts an exploration. Throws JobConflict. */
  explore(plugin: Plugin, clients: number): void {
    const release = this.begin();
    const say = (saying: string): void =>
      this.stream.send({
        kind: 'exploring',
        exploring: { strategy: plugin.name, clients, saying },
        fault: null,
      });
    say('');
    this.ended = this.handlers
      .explore(plugin, clients, say, this.signal())
      .then(
        () => this.stream.send({ kind: 'exploring', exploring: null, fault: null }),
        (error: unknown) =>
          this.stream.send({
            kind: 'exploring',
            exploring: null,
            fault: this.signal().aborted ? null : messageOf(error),
          }),
      )
      .finally(release);
  }

  /** Stops the current job; false when there is none. Resolves when its processes have ended. */
  async stop(): Promise<boolean> {
    if (this.current === null) return false;
    if (isUnderWay(this.stream.state.race))
      this.stream.send({ kind: 'phase', phase: 'stopping', fault: null });
    this.current.abort(new UserError('stopped'));
    await this.ended;
    return true;
  }

  private signal(): AbortSignal {
    return this.current?.signal ?? AbortSignal.abort();
  }

  private begin(): () => void {
    if (this.current !== null)
      throw new JobConflict('a race or an exploration is running: stop it, or wait for its end');
    this.current = new AbortController();
    return () => {
      this.current = null;
    };
  }

  private async run(runs: readonly Run[], startedAt: Date, command: string): Promise<void> {
    const signal = this.signal();
    const say = (text: string): void => this.stream.send({ kind: 'saying', text });
    const indexOf = (run: Run): number => runs.indexOf(run);
    try {
      await this.handlers.race(runs, {
        command,
        startedAt,
        say,
        openProgress: () => {
          this.stream.send({ kind: 'phase', phase: 'running', fault: null });
          return { say, now: say, [Symbol.dispose]: () => undefined };
        },
        onTick: (run, tick) => this.stream.send({ kind: 'tick', index: indexOf(run), tick }),
        onEvent: (event) =>
          this.stream.send(
            event.kind === 'run-begins'
              ? { kind: 'run', index: indexOf(event.run), phase: 'running', result: null }
              : { kind: 'run', index: indexOf(event.run), phase: 'judged', result: event.result },
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
          : { kind: 'phase', phase: 'failed', fault: messageOf(error) },
      );
    }
  }
}

const notFound = (kind: string, name: string): never => {
  throw new UserError(`there is no ${kind} ${name}`);
};

/**
 * The command that runs the same race. An external strategy is one of this repository's
 * comparisons, whose package has its name.
 */
const commandOf = (
  chosen: readonly Plugin[],
  { profile, repeats, instances }: RaceRequest,
): string => {
  const names = chosen
    .map(({ name, source }) => (source === undefined ? name : `@coupon/${name}`))
    .join(',');
  return (
    `npm run race -- --strategies ${names} --profile ${profile} --repeats ${repeats} ` +
    `--instances ${instances}`
  );
};

const messageOf = (error: unknown): string =>
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
  result: null,
});
