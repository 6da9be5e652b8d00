/** Something a person must put right; its message is all they need, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
