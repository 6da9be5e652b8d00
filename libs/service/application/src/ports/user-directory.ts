import type { UserId } from '@coupon/domain';

export type Role = 'user' | 'admin';

/** A user as stored; the hash never leaves the service. */
export interface User {
  readonly id: UserId;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
}

/**
 * Who may use the service. All methods reject with NoVerdict('unavailable') when the store cannot
 * be reached.
 */
export interface UserDirectory {
  /** Null when the email (compared without case) is taken. */
  add(email: string, passwordHash: string, role: Role): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
}
