export type { Books, Discipline } from './books.js';
export type { CriticalSection } from './critical-section.js';
export { Gate, Gates, type GateLimits } from './gate.js';
export { guardedBy, type BatchStrategy } from './guarded-by.js';
export { measured } from './measured.js';
export { StaleLedger, type LedgerTransaction } from './ledger-transaction.js';
