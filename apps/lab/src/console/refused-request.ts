import type { LabRefusalBody } from '@coupon/results';

/** A request of the page that is refused, with its HTTP status and machine code. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 421 | 500 | 503,
    readonly code: LabRefusalBody['error'],
    message: string,
  ) {
    super(message);
  }
}
