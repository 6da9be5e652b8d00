import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { servicesFolder, type ServicesFolder } from './services-folder.js';
import { releaseSupervisorLock, takeSupervisorLock } from './supervisor-lock.js';
import { leasesIn, takeLease, unpin } from './usage-lease.js';
import { identify, isAlive, signalTo } from './process-identity.js';

let folder: ServicesFolder;

beforeEach(() => {
  folder = servicesFolder({
    COUPON_RACE_SERVICES_DIR: mkdtempSync(join(tmpdir(), 'coupon-race-lock-')),
  });
});

afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

/** The id of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the folder of the private servers', () => {
  it('names the setting when the folder cannot be made', () => {
    expect(() => servicesFolder({ COUPON_RACE_SERVICES_DIR: '/proc/nope' })).toThrow(
      /^COUPON_RACE_SERVICES_DIR: \/proc\/nope cannot be used/,
    );
    expect(() => servicesFolder({ COUPON_RACE_SERVICES_DIR: '/dev/null' })).toThrow(
      /^COUPON_RACE_SERVICES_DIR: \/dev\/null cannot be used/,
    );
  });
});

describe('the supervisor lock', () => {
  it('is one living process’s at a time', () => {
    expect(takeSupervisorLock(folder)).toBe(true);
    expect(takeSupervisorLock(folder)).toBe(false);
    releaseSupervisorLock(folder);
    expect(takeSupervisorLock(folder)).toBe(true);
  });

  it.each([
    ['a dead process', () => JSON.stringify({ pid: deadPid(), startMark: '1' })],
    ['an earlier process with our id', () => JSON.stringify({ pid: process.pid, startMark: '1' })],
    ['an incomplete file', () => '{"pid":'],
  ])('is taken over from %s, and nothing is left beside it', (_who, content) => {
    writeFileSync(folder.lock, content());
    expect(takeSupervisorLock(folder)).toBe(true);
    expect(readdirSync(folder.root).sort()).toEqual(['leases', 'supervisor.lock']);
  });
});

describe('leases', () => {
  const programs = { redis: '/usr/bin/redis-server' };

  it('last until released', () => {
    const lease = takeLease(folder, programs);
    expect(leasesIn(folder)).toMatchObject([{ user: identify(process.pid), programs }]);
    lease.release();
    expect(leasesIn(folder)).toEqual([]);
  });

  it('of processes that are gone, and files that are none, do not count', () => {
    writeFileSync(
      join(folder.leases, 'gone.json'),
      JSON.stringify({ user: { pid: deadPid(), startMark: '1' }, programs }),
    );
    writeFileSync(join(folder.leases, 'none.json'), '[]');
    expect(leasesIn(folder)).toEqual([]);
  });

  it('that are pinned have no user and last until unpinned, also after a reboot', () => {
    takeLease(folder, programs, true);
    expect(leasesIn(folder)).toMatchObject([{ user: null, programs }]);
    unpin(folder, Date.now() - 30_000);
    expect(leasesIn(folder)).toHaveLength(1);
    unpin(folder);
    expect(leasesIn(folder)).toEqual([]);
  });
});

describe('a process’s identity', () => {
  it('is not that of a later process with the same id, which no signal reaches', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
    });
    const identity = identify(child.pid ?? 0);
    expect(identity === null ? null : isAlive(identity)).toBe(true);
    const earlier = { pid: child.pid ?? 0, startMark: 'earlier' };
    expect(isAlive(earlier)).toBe(false);
    signalTo(earlier, 'SIGKILL');
    expect(identity === null ? null : isAlive(identity)).toBe(true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(identify(child.pid ?? 0)).toBeNull();
  });
});
