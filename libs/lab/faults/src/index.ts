export { always, whereRedis, whereWorker, type Fault, type Healing } from './fault.js';
export { faults } from './faults/index.js';
