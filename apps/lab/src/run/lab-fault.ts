/** Something a person must put right; its message is all they need, without a stack. */
export class LabFault extends Error {
  override readonly name = 'LabFault';
}
