import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { servicesFolder, type ServicesFolder } from './folder.js';
import { returnKeeperLock, takeKeeperLock } from './keeper-lock.js';
import { keep, leasesIn, letGo, takeLease } from './lease.js';
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

describe('the keeper lock', () => {
  it('is one living process’s at a time', () => {
    expect(takeKeeperLock(folder)).toBe(true);
    expect(takeKeeperLock(folder)).toBe(false);
    returnKeeperLock(folder);
    expect(takeKeeperLock(folder)).toBe(true);
  });

  it.each([
    ['a dead process', () => JSON.stringify({ pid: deadPid(), startMark: '1' })],
    ['an earlier process with our id', () => JSON.stringify({ pid: process.pid, startMark: '1' })],
    ['nobody, cut short', () => '{"pid":'],
  ])('is taken over from %s, and nothing is left beside it', (_who, content) => {
    writeFileSync(folder.lock, content());
    expect(takeKeeperLock(folder)).toBe(true);
    expect(readdirSync(folder.root).sort()).toEqual(['keeper.lock', 'users']);
  });
});

describe('leases', () => {
  const sources = { redis: { from: 'machine', program: '/usr/bin/redis-server' } } as const;

  it('last until released', () => {
    const lease = takeLease(folder, sources);
    expect(leasesIn(folder)).toMatchObject([{ user: identify(process.pid), sources }]);
    lease.release();
    expect(leasesIn(folder)).toEqual([]);
  });

  it('of processes that are gone, and files that are none, do not count', () => {
    writeFileSync(
      join(folder.users, 'gone.json'),
      JSON.stringify({ user: { pid: deadPid(), startMark: '1' }, sources }),
    );
    writeFileSync(join(folder.users, 'none.json'), '[]');
    expect(leasesIn(folder)).toEqual([]);
  });

  it('without a user last until let go', () => {
    keep(folder, sources);
    expect(leasesIn(folder)).toMatchObject([{ user: null, sources }]);
    letGo(folder);
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
