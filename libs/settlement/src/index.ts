export type { CriticalSection } from './critical-section.js';
export { Gate, Gates, type GateLimits } from './gate.js';
export { guardedBy, type BatchStrategy } from './guarded-by.js';
export { StaleLedger, type LedgerTransaction } from './ledger-transaction.js';
