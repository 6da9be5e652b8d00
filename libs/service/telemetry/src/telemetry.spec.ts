import { describe, expect, it } from '@jest/globals';
import { MemoryCounters, MemoryHistograms, metricsPage, pinoLog } from './index.js';

describe('metrics', () => {
  it('show the counts, on every scrape', async () => {
    const counters = new MemoryCounters();
    const page = metricsPage(
      [{ name: 'tea_total', help: 'Cups.', label: 'kind', counters }],
      new MemoryHistograms('tea_'),
      { strategy: 'no-lock' },
    );
    counters.count('green');
    counters.count('green');
    await page.text();
    expect(await page.text()).toContain('tea_total{kind="green",strategy="no-lock"} 2');
  });

  it('show the distribution of measures', async () => {
    const histograms = new MemoryHistograms('tea_');
    const page = metricsPage([], histograms, { strategy: 'no-lock' });
    histograms.observe('wait_ms', 3);
    await page.text();
    histograms.observe('wait_ms', 4);
    const text = await page.text();
    expect(text).toContain('tea_wait_ms_bucket{le="2",strategy="no-lock"} 0\n');
    expect(text).toContain('tea_wait_ms_bucket{le="5",strategy="no-lock"} 2\n');
    expect(text).toContain('tea_wait_ms_sum{strategy="no-lock"} 7');
  });

  it('stay bounded however many names are counted', () => {
    const counters = new MemoryCounters();
    for (let n = 0; n < 1_000; n += 1) counters.count(`name ${n}`);
    const entries = new Map(counters.entries());
    expect(entries.size).toBe(201);
    expect(entries.get('other')).toBe(800);
  });
});

describe('the log', () => {
  it('writes one JSON line, with the stacks of an error and of its cause', () => {
    const lines: string[] = [];
    const log = pinoLog('info', { write: (line: string) => void lines.push(line) });
    log.error('broke', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(lines).toHaveLength(1);
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({
      msg: 'broke',
      error: expect.stringMatching(/outer[^]*caused by Error: inner/),
    });
  });

  it('writes nothing below its level', () => {
    const lines: string[] = [];
    pinoLog('warn', { write: (line: string) => void lines.push(line) }).info('no');
    expect(lines).toEqual([]);
  });
});
