import { randomUUID } from 'node:crypto';
import { claimId, type ClaimId } from '@coupon/domain';

let lastMs = Number.NaN;
let prefix = '';

/**
 * A new claim id: a UUID of version 7 (RFC 9562, 5.7), which begins with the time in milliseconds.
 * Ids made one after the other stand side by side in the unique index, so that a batch touches one
 * page of it and not a page for each claim.
 */
export function newClaimId(nowMs: number): ClaimId {
  if (nowMs !== lastMs) {
    const time = nowMs.toString(16).padStart(12, '0');
    [lastMs, prefix] = [nowMs, `${time.slice(0, 8)}-${time.slice(8)}-7`];
  }
  return claimId(prefix + randomUUID().slice(15)); // its variant and 74 random bits stay
}
