/**
 * Takes figures of how the service works, for histograms. `measure` is one of a few fixed names
 * with its unit last, such as `section_wait_ms`.
 */
export interface Meter {
  observe(measure: string, value: number): void;
}
