import type { PasswordHasher } from './ports/password-hasher.js';
import type { TokenSigner } from './ports/token-signer.js';
import type { UserDirectory } from './ports/user-directory.js';
import { openSession, type Session } from './session.js';

/** A user's session, or why there is none: email and password are not told apart. */
export type LogInOutcome =
  | { readonly kind: 'logged-in'; readonly session: Session }
  | { readonly kind: 'refused'; readonly reason: 'UNAUTHENTICATED' };

/** Logs a user in by email and password. */
export class LogIn {
  constructor(
    private readonly users: Pick<UserDirectory, 'findByEmail'>,
    private readonly passwords: Pick<PasswordHasher, 'matches'>,
    private readonly tokens: TokenSigner,
  ) {}

  /** Rejects with NoVerdict('unavailable') when the directory or the hashing is. */
  async logIn(email: string, password: string): Promise<LogInOutcome> {
    const user = await this.users.findByEmail(email);
    // An unknown email costs as much time as a wrong password.
    const matches = await this.passwords.matches(password, user?.passwordHash);
    if (user === null || !matches) return { kind: 'refused', reason: 'UNAUTHENTICATED' };
    return { kind: 'logged-in', session: await openSession(user, this.tokens) };
  }
}
