import { named } from '../subject.js';
import type { Fault } from '../fault.js';
import { clockFaults } from './clocks.js';
import { connectionFaults } from './connections.js';
import { couponRowFaults } from './coupon-rows.js';
import { databaseFaults } from './database.js';
import { diskFaults } from './disks.js';
import { messageFaults } from './messages.js';
import { networkFaults } from './network.js';
import { packetLoss } from './packets.js';
import { processFaults } from './processes.js';
import { redisFaults } from './redis.js';
import { rollingUpdate } from './rolling-update.js';

/** Every fault, in the order of the matrix. */
export const faults: readonly Fault[] = [
  ...databaseFaults,
  ...connectionFaults,
  ...couponRowFaults,
  ...redisFaults,
  ...processFaults,
  rollingUpdate,
  ...messageFaults,
  ...networkFaults,
  packetLoss,
  ...clockFaults,
  ...diskFaults,
];

/** The fault of that name. Throws ConfigFaults with the names there are, and the nearest one. */
export const faultNamed = (name: string): Fault => named('--fault', name, faults);
