import type { Counters } from '@coupon/application';
import { Counter, Registry } from 'prom-client';
import type { MemoryHistograms } from './memory-histograms.js';

/** More names than this indicate a bug; further ones are counted together, to bound memory. */
const NAMES_MAX = 200;
const SURPLUS = 'other';

/** Counters in memory: counting costs one Map access; Prometheus' own work is done per scrape. */
export class MemoryCounters implements Counters {
  private readonly totals = new Map<string, number>();

  count(event: string): void {
    const total = this.totals.get(event);
    if (total !== undefined) this.totals.set(event, total + 1);
    else if (this.totals.size < NAMES_MAX) this.totals.set(event, 1);
    else this.totals.set(SURPLUS, (this.totals.get(SURPLUS) ?? 0) + 1);
  }

  /** All events counted so far, with their totals. */
  entries(): IterableIterator<[string, number]> {
    return this.totals.entries();
  }
}

/** One family of counters on the metrics page. */
export interface CounterFamily {
  /** The metric's name, ending in `_total`. */
  readonly name: string;
  readonly help: string;
  /** The label that distinguishes its counters, such as `outcome`. */
  readonly label: string;
  readonly counters: MemoryCounters;
}

/** The metrics page in Prometheus' text format. Every line gets the labels `constant`. */
export function metricsPage(
  families: readonly CounterFamily[],
  histograms: MemoryHistograms,
  constant: Readonly<Record<string, string>>,
): { readonly contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  registry.setDefaultLabels(constant);
  for (const { name, help, label, counters } of families) {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [event, total] of counters.entries()) this.inc({ [label]: event }, total);
      },
    });
  }
  return {
    contentType: registry.contentType,
    async text() {
      histograms.register(registry);
      return registry.metrics();
    },
  };
}
