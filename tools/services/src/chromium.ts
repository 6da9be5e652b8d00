import { findProgram, isRunnable, type Machine } from './machine.js';
import { ServiceError } from './service-missing.js';

/**
 * What a browser without a window and without a user is started with: nothing of it leaves this
 * machine.
 */
export const chromiumFlags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * CHROMIUM_BIN, or the machine's Chromium or Chrome; null: none. Throws ServiceError when
 * CHROMIUM_BIN names no program.
 */
export function findChromium(machine: Machine): string | null {
  const given = machine.env['CHROMIUM_BIN'];
  if (given === undefined || given === '')
    return findProgram(
      machine,
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
    );
  if (!isRunnable(given))
    throw new ServiceError(
      `CHROMIUM_BIN=${given} is no program that can be run; give the path of a Chromium, or unset it`,
    );
  return given;
}
