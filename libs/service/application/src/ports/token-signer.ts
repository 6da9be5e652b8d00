import type { UserId } from '@coupon/domain';
import type { Role } from './user-directory.js';

/** A token, and when it expires (epoch milliseconds). */
export interface SignedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Signs the tokens that users show with their requests. */
export interface TokenSigner {
  sign(user: UserId, role: Role): Promise<SignedToken>;
}
