import type { SignedToken, TokenSigner } from './ports/token-signer.js';
import type { User } from './ports/user-directory.js';

/** A user who is logged in, with the token that proves it. */
export interface Session extends SignedToken {
  readonly user: User;
}

/** Opens a session for a user whose identity is certain. */
export async function openSession(user: User, tokens: TokenSigner): Promise<Session> {
  return { user, ...(await tokens.sign(user.id, user.role)) };
}
