/**
 * Hashes passwords for storage. Both methods reject with NoVerdict('unavailable') when too many
 * hashes are waiting, or one waits too long.
 */
export interface PasswordHasher {
  /** A hash to be stored, with its salt and parameters. */
  hash(password: string): Promise<string>;
  /**
   * Whether `stored` is a hash of `password`. Without a stored hash the answer is false after the
   * same work, so that the time taken does not reveal who has an account.
   */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}
