import type { PasswordHasher } from './ports/password-hasher.js';
import type { TokenSigner } from './ports/token-signer.js';
import type { UserDirectory } from './ports/user-directory.js';
import { openSession, type Session } from './session.js';

/** A new user's session, or why there is none. */
export type SignUpOutcome =
  | { readonly kind: 'signed-up'; readonly session: Session }
  | { readonly kind: 'refused'; readonly reason: 'EMAIL_TAKEN' };

/** Makes an account for a new user and logs them in. */
export class SignUp {
  constructor(
    private readonly users: Pick<UserDirectory, 'add'>,
    private readonly passwords: Pick<PasswordHasher, 'hash'>,
    private readonly tokens: TokenSigner,
  ) {}

  /** Rejects with NoVerdict('unavailable') when the directory or the hashing is. */
  async signUp(email: string, password: string): Promise<SignUpOutcome> {
    const user = await this.users.add(email, await this.passwords.hash(password), 'user');
    if (user === null) return { kind: 'refused', reason: 'EMAIL_TAKEN' };
    return { kind: 'signed-up', session: await openSession(user, this.tokens) };
  }
}
