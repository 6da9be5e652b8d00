import { answerCorruptions } from './answers.js';
import { rowCorruptions } from './rows.js';
import { timeCorruptions } from './times.js';

export type { Corrupted, Corruption } from './corruption.js';

/** Every way for a service to be wrong. */
export const corruptions = [...rowCorruptions, ...answerCorruptions, ...timeCorruptions];
