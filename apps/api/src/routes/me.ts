import type { GrantArchive, RecordedGrant } from '@coupon/application';
import { pageQuerySchema, type HeldCouponBody } from '@coupon/http-contract';
import { answer } from '../answers.js';
import type { Authentication } from '../authentication.js';
import { validated } from '../validation.js';
import { pageOf } from './page.js';
import { asUser, type Route } from './route.js';

/** What a user's own routes need. */
export interface MeRouteNeeds {
  readonly grants: Pick<GrantArchive, 'pageOf'>;
  readonly authentication: Authentication;
}

/** GET /api/v1/me/coupons. */
export function meRoutes({ grants, authentication }: MeRouteNeeds): readonly Route[] {
  return [
    {
      path: '/api/v1/me/coupons',
      get: [
        asUser(authentication, async ({ user }, req, res) => {
          const { limit, after } = validated(pageQuerySchema, req.query, 'query');
          const found = await grants.pageOf(user, after, limit + 1);
          answer(res, 200, pageOf(found.map(toBody), limit));
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
