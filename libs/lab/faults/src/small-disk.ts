import { execFile, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A database takes 250 MB before its first row. */
const SIZE_MIB = 512;
const BALLAST_BLOCK_BYTES = 1 << 20;
const SMALLEST_BLOCK_BYTES = 4096;

/** A disk of this process's own, which can be filled. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Frees what `fill` took. */
  free(): void;
}

let refusal: string | null | undefined;

/** Why this machine can have no small disk; null: it can. Asks once. */
export function whyNoSmallDisk(): string | null {
  if (refusal === undefined) refusal = refusalOf();
  return refusal;
}

/** Tries in a namespace of its own, whose mounts end with it. */
function refusalOf(): string | null {
  if (process.getuid?.() !== 0) return 'only root may mount a small disk';
  const mount = ['mount', '-t', 'tmpfs', 'none', tmpdir()];
  const { status } = spawnSync('unshare', ['--mount', ...mount], { stdio: 'ignore' });
  return status === 0 ? null : 'this machine mounts no small disk';
}

/** Mounts one, in memory. Rejects where {@link whyNoSmallDisk} says why. Disposing unmounts it. */
export async function openSmallDisk(): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=700`, 'none', folder]);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => fill(ballast),
    free: () => rmSync(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      // Lazily: a killed server may still be closing its files.
      await run('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}

function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let bytes = BALLAST_BLOCK_BYTES; bytes >= SMALLEST_BLOCK_BYTES; bytes /= 2)
      writeUntilFull(descriptor, Buffer.alloc(bytes));
  } finally {
    closeSync(descriptor);
  }
}

function writeUntilFull(descriptor: number, block: Buffer): void {
  try {
    while (writeSync(descriptor, block) > 0);
  } catch (error) {
    const isFull =
      typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOSPC';
    if (!isFull) throw error;
  }
}
