import { guaranteeNames, type GuaranteeName } from '@coupon/application';

/** Whether a text names a guarantee. */
export const isGuaranteeName = (name: string): name is GuaranteeName =>
  guaranteeNames.some((one) => one === name);
