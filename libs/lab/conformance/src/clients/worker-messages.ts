import { z } from 'zod';
import { answerSchema } from './answer.js';

/** What the kit sends to a worker: a claim to make. */
export const orderSchema = z.object({
  order: z.number(),
  couponId: z.number(),
  totalQuantity: z.number(),
  perUserLimit: z.number().nullable(),
  user: z.number(),
  claimId: z.string(),
  waitMs: z.number(),
});

/** What a worker sends to the kit: that it is open, why it cannot open, or an order's answer. */
export const reportSchema = z.union([
  z.object({ open: z.literal(true) }),
  z.object({ fault: z.string() }),
  z.object({ order: z.number(), answer: answerSchema }),
]);

/** See {@link orderSchema}. */
export type Order = z.infer<typeof orderSchema>;
/** See {@link reportSchema}. */
export type Report = z.infer<typeof reportSchema>;
