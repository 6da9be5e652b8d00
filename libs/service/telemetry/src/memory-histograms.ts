import type { Meter } from '@coupon/application';
import { Histogram, type Registry } from 'prom-client';

/** More measures than this indicate a bug; further ones are dropped, to bound memory. */
const MEASURES_MAX = 50;
/** From no wait at all to the longest possible one; counts of attempts use the same buckets. */
const BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

/** Histograms in memory, one for each measure. */
export class MemoryHistograms implements Meter {
  private readonly histograms = new Map<string, Histogram>();

  /** `prefix` precedes every measure's name on the metrics page. */
  constructor(private readonly prefix: string) {}

  observe(measure: string, value: number): void {
    const histogram = this.histograms.get(measure) ?? this.add(measure);
    histogram?.observe(value);
  }

  /** Registers every histogram on a metrics page. */
  register(registry: Registry): void {
    for (const histogram of this.histograms.values()) registry.registerMetric(histogram);
  }

  private add(measure: string): Histogram | undefined {
    if (this.histograms.size >= MEASURES_MAX) return undefined;
    const histogram = new Histogram({
      name: `${this.prefix}${measure}`,
      help: measure.replaceAll('_', ' '),
      buckets: BUCKETS,
      registers: [],
    });
    this.histograms.set(measure, histogram);
    return histogram;
  }
}
