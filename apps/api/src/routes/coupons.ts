import type { CouponCatalog, StockedCoupon } from '@coupon/application';
import { newCouponSchema, pageQuerySchema, type CouponBody } from '@coupon/http-contract';
import { couponId } from '@coupon/domain';
import { answer } from '../answers.js';
import type { Authentication } from '../authentication.js';
import { RequestProblem } from '../errors.js';
import { couponIdOf, jsonBody, validated } from '../validation.js';
import { pageOf } from './page.js';
import { adminsOnly, type Route } from './route.js';

/** What the coupon routes need. They ask the store itself, so `quantity` is never an old one. */
export interface CouponRouteNeeds {
  readonly catalog: CouponCatalog;
  readonly authentication: Authentication;
}

/** GET and POST /api/v1/coupons, GET /api/v1/coupons/:id. */
export function couponRoutes({ catalog, authentication }: CouponRouteNeeds): readonly Route[] {
  return [
    {
      path: '/api/v1/coupons',
      get: [
        async (req, res) => {
          const { limit, after } = validated(pageQuerySchema, req.query, 'query');
          const found = await catalog.page(after === null ? null : couponId(after), limit + 1);
          answer(res, 200, pageOf(found.map(toBody), limit));
        },
      ],
      post: [
        adminsOnly(authentication),
        ...jsonBody,
        async (req, res) => {
          const { name, totalQuantity, perUserLimit, opensAt, closesAt } = validated(
            newCouponSchema,
            req.body,
            'body',
          );
          const made = await catalog.create({
            name,
            totalQuantity,
            perUserLimit: perUserLimit,
            opensAtMs: Date.parse(opensAt),
            closesAtMs: Date.parse(closesAt),
          });
          res.setHeader('Location', `/api/v1/coupons/${made.coupon.facts.id}`);
          answer(res, 201, toBody(made));
        },
      ],
    },
    {
      path: '/api/v1/coupons/:id',
      get: [
        async (req, res) => {
          const found = await catalog.find(couponIdOf(req));
          if (found === null) throw new RequestProblem('NO_SUCH_COUPON');
          answer(res, 200, toBody(found));
        },
      ],
    },
  ];
}

function toBody({ coupon, quantity }: StockedCoupon): CouponBody {
  const { id, name, totalQuantity, perUserLimit, opensAtMs, closesAtMs, paused } = coupon.facts;
  return {
    id,
    name,
    totalQuantity,
    quantity,
    perUserLimit,
    opensAt: new Date(opensAtMs).toISOString(),
    closesAt: new Date(closesAtMs).toISOString(),
    paused,
  };
}
