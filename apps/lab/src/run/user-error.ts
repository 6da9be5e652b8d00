/** An error that the user can correct. The message is for the user and needs no stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
