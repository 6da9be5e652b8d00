/** `npm run faults` without reports: how a cell is run in a network of its own. */
import { runFaults } from './command.js';

process.exitCode = await runFaults();
