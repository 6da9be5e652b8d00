import type { ListMyCoupons, RecordedGrant } from '@coupon/application';
import { pageQuerySchema, type HeldCouponBody } from '@coupon/http-contract';
import type { Authentication } from '../authentication.js';
import type { Reads } from '../reads.js';
import { sendJson } from '../responses.js';
import { parseInput } from '../validation.js';
import { asUser, type Route } from './route.js';

/** What a user's own routes depend on. */
export interface MeRouteDeps {
  readonly listMyCoupons: Pick<ListMyCoupons, 'list'>;
  readonly reads: Pick<Reads, 'run'>;
  readonly authentication: Authentication;
}

/** GET /api/v1/me/coupons. */
export function meRoutes({ listMyCoupons, reads, authentication }: MeRouteDeps): readonly Route[] {
  return [
    {
      path: '/api/v1/me/coupons',
      get: [
        asUser(authentication, async ({ user }, req, res) => {
          const { limit, after } = parseInput(pageQuerySchema, req.query, 'query');
          const { items, next } = await reads.run(() => listMyCoupons.list(user, after, limit));
          sendJson(res, 200, { items: items.map(toBody), next });
        }),
      ],
    },
  ];
}

const toBody = ({ id, couponId, ordinal, claimId, issuedAtMs }: RecordedGrant): HeldCouponBody => ({
  id,
  couponId,
  ordinal,
  claimId,
  issuedAt: new Date(issuedAtMs).toISOString(),
});
