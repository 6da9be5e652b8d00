/**
 * A user of the services, in a process of its own, for the tests to kill: prints what it got and
 * waits.
 */
import { provideServices } from '../src/index.js';

const { database, redis } = await provideServices({ need: ['database', 'redis'] });
process.stdout.write(`${JSON.stringify({ database: database.url, redis: redis.url })}\n`);
setInterval(() => undefined, 60_000);
