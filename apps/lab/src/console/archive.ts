import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { raceResultSchema, type OpenedRace, type PastRace, type RaceResult } from '@coupon/results';
import { readJson } from '../run/read-json.js';

/** The names of races' folders. No name of this form is a path to anywhere else. */
const idPattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
/** The number of races listed, the newest first. */
const LISTED_MAX = 100;

/** The races in a folder such as `results/`. */
export class Archive {
  constructor(private readonly folder: string) {}

  /** Lists the races, the newest first, without those whose result is missing or invalid. */
  list(): readonly PastRace[] {
    if (!existsSync(this.folder)) return [];
    const ids = readdirSync(this.folder)
      .filter((name) => idPattern.test(name))
      .sort()
      .reverse();
    const found: PastRace[] = [];
    for (const id of ids) {
      const result = this.resultOf(id);
      if (result === null || result.runs.length === 0) continue;
      const runs = result.runs.map(({ strategy, profile, verdict }) => ({
        strategy,
        profile,
        holds: verdict.holds,
        sound: verdict.sound,
      }));
      found.push({
        id,
        startedAt: result.environment.startedAt,
        command: result.command,
        runs,
        hasReport: this.reportOf(id) !== null,
      });
      if (found.length === LISTED_MAX) break;
    }
    return found;
  }

  /** One race in full; null when there is no such race. */
  open(id: string): OpenedRace | null {
    const result = this.resultOf(id);
    if (result === null) return null;
    const { command, environment, runs } = result;
    return { id, command, environment, runs, hasReport: this.reportOf(id) !== null };
  }

  /** The file of a race's report; null when it has none. */
  reportOf(id: string): string | null {
    const folder = this.folderOf(id);
    if (folder === null) return null;
    const file = join(folder, 'report.html');
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : null;
  }

  /** Removes a race with all its files; false when there is no such race. */
  delete(id: string): boolean {
    const folder = this.folderOf(id);
    if (folder === null) return false;
    rmSync(folder, { recursive: true, force: true });
    return true;
  }

  /** A race's folder, never outside of the archive: neither by its name nor through a link. */
  private folderOf(id: string): string | null {
    if (!idPattern.test(id)) return null;
    const folder = join(this.folder, id);
    return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : null;
  }

  private resultOf(id: string): RaceResult | null {
    const folder = this.folderOf(id);
    if (folder === null) return null;
    return readJson(join(folder, 'result.json'), raceResultSchema);
  }
}
