/**
 * A process that opens one strategy and makes the claims that it receives over IPC: argv[2] is the
 * strategy's name or file. Ends with its parent.
 */
import { claimId, couponId, userId } from '@coupon/domain';
import { openRuntime, runtimeSettings, silentLog } from '@coupon/runtime';
import { loadPlugin } from '@coupon/strategies';
import { askStrategy } from './answer.js';
import { orderSchema, type Report } from './worker-messages.js';

const tell = (report: Report): void => void process.send?.(report);

async function work(name: string): Promise<void> {
  const plugin = await loadPlugin(name);
  const settings = await runtimeSettings(process.env, plugin);
  const { strategy } = await openRuntime(settings, { log: silentLog });
  process.on('message', (message) => {
    const { order, totalQuantity, perUserLimit, waitMs, ...ids } = orderSchema.parse(message);
    const claim = {
      id: claimId(ids.claimId),
      user: userId(ids.user),
      terms: { couponId: couponId(ids.couponId), totalQuantity, perUserLimit },
    };
    void askStrategy(strategy, claim, waitMs).then((answer) => tell({ order, answer }));
  });
  tell({ open: true });
}

process.on('disconnect', () => process.exit());
work(process.argv[2] ?? '').catch((error: unknown) =>
  tell({ fault: error instanceof Error ? error.message : String(error) }),
);
