import type { CreateCoupon, GetCoupon, ListCoupons, StockedCoupon } from '@coupon/application';
import { newCouponSchema, pageQuerySchema, type CouponBody } from '@coupon/http-contract';
import { couponId } from '@coupon/domain';
import type { Authentication } from '../authentication.js';
import { RequestError } from '../errors.js';
import type { Reads } from '../reads.js';
import { sendJson } from '../responses.js';
import { couponIdOf, jsonBody, parseInput } from '../validation.js';
import { adminsOnly, type Route } from './route.js';

/** What the coupon routes depend on. No use case is cached, so `quantity` is always current. */
export interface CouponRouteDeps {
  readonly createCoupon: Pick<CreateCoupon, 'create'>;
  readonly getCoupon: Pick<GetCoupon, 'get'>;
  readonly listCoupons: Pick<ListCoupons, 'list'>;
  readonly reads: Pick<Reads, 'run'>;
  readonly authentication: Authentication;
}

/** GET and POST /api/v1/coupons, GET /api/v1/coupons/:id. */
export function couponRoutes({
  createCoupon,
  getCoupon,
  listCoupons,
  reads,
  authentication,
}: CouponRouteDeps): readonly Route[] {
  return [
    {
      path: '/api/v1/coupons',
      get: [
        async (req, res) => {
          const { limit, after } = parseInput(pageQuerySchema, req.query, 'query');
          const from = after === null ? null : couponId(after);
          const { items, next } = await reads.run(() => listCoupons.list(from, limit));
          sendJson(res, 200, { items: items.map(toBody), next });
        },
      ],
      post: [
        adminsOnly(authentication),
        ...jsonBody,
        async (req, res) => {
          const { opensAt, closesAt, ...coupon } = parseInput(newCouponSchema, req.body, 'body');
          const created = await createCoupon.create({
            ...coupon,
            opensAtMs: Date.parse(opensAt),
            closesAtMs: Date.parse(closesAt),
          });
          res.setHeader('Location', `/api/v1/coupons/${created.coupon.facts.id}`);
          sendJson(res, 201, toBody(created));
        },
      ],
    },
    {
      path: '/api/v1/coupons/:id',
      get: [
        async (req, res) => {
          const id = couponIdOf(req);
          const coupon = await reads.run(() => getCoupon.get(id));
          if (coupon === null) throw new RequestError('NO_SUCH_COUPON');
          sendJson(res, 200, toBody(coupon));
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
