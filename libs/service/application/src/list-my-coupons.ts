import type { UserId } from '@coupon/domain';
import { pageOf, type Page } from './page.js';
import type { GrantArchive, RecordedGrant } from './ports/grant-archive.js';

/** Lists what a user was granted, page by page, in the order of issue. */
export class ListMyCoupons {
  constructor(private readonly grants: Pick<GrantArchive, 'pageOf'>) {}

  /**
   * Up to `limit` grants with row ids above `after` (null: from the first). Rejects with
   * NoVerdict('unavailable').
   */
  list(user: UserId, after: number | null, limit: number): Promise<Page<RecordedGrant>> {
    return pageOf(
      limit,
      (count) => this.grants.pageOf(user, after, count),
      ({ id }) => id,
    );
  }
}
