import { randomUUID } from 'node:crypto';
import { claimId, type ClaimId } from '@coupon/domain';

let lastMs = Number.NaN;
let prefix = '';

/**
 * A new claim id: a UUID of version 7 (RFC 9562, 5.7), which begins with the time in milliseconds.
 * Successive ids are neighbours in the unique index, so that a batch touches one page of it instead
 * of one for each claim.
 */
export function newClaimId(nowMs: number): ClaimId {
  if (nowMs !== lastMs) {
    const time = nowMs.toString(16).padStart(12, '0');
    lastMs = nowMs;
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  }
  return claimId(prefix + randomUUID().slice(15)); // keeps its variant and 74 random bits
}
