import type { Chart, Hue, Text } from './chart.js';
import { drawChart, figure, placeName, type Drawn } from './draw-chart.js';

/**
 * The script of a page whose charts stand as JSON in `<script id="charts">`: draws each in the
 * element `[data-chart=<id>]` once it comes into view, writes the table behind it when that is
 * opened, and switches language (`[data-language]`) and colours (`[data-theme]`).
 */
const root = document.documentElement;
const charts: readonly Chart[] = JSON.parse(document.getElementById('charts')?.textContent ?? '[]');
const probe = document.body.appendChild(document.createElement('span'));
probe.hidden = true;

/** The width of an A4 or Letter page between usual margins. */
const PAPER_PX = 690;
const PAPER_GAP_PX = 12;

const language = (): keyof Text => (root.lang === 'ko' ? 'ko' : 'en');

/**
 * A pixel says which colour it is, in whatever form the stylesheet gives it; canvas and `#rrggbb55`
 * need it so.
 */
const colour = (name: Hue | 'ink' | 'grid'): string => {
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color.match(/[\d.]+/g) ?? ['0', '0', '0'];
  return `#${found
    .slice(0, 3)
    .map((part) => Math.round(Number(part)).toString(16).padStart(2, '0'))
    .join('')}`;
};

/** What a reader chose stays chosen where the browser lets a page from disk remember anything. */
const remembered = (key: string): string | null => {
  try {
    return localStorage.getItem(`coupon-race.${key}`);
  } catch {
    return null;
  }
};
const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem(`coupon-race.${key}`, value);
  } catch {
    // The choice holds for this page view only.
  }
};

/** A chart in its place. */
class Figure {
  private drawn: Drawn | undefined;
  private place = 0;
  private readonly said: HTMLElement | null;

  constructor(
    readonly box: HTMLElement,
    private readonly chart: Chart,
  ) {
    this.said = box.parentElement?.querySelector('[data-said]') ?? null;
    box.addEventListener('keydown', (event) => this.onKey(event));
    const table = box.parentElement?.querySelector('details');
    table?.addEventListener('toggle', () => this.fillTable(table));
  }

  draw(widthPx = this.box.clientWidth): void {
    this.drawn?.end();
    this.drawn = drawChart(
      this.chart,
      this.box,
      { language: language(), colour },
      { group: this.box.dataset['group'] ?? '', widthPx },
    );
  }

  /**
   * Draws for paper, whose stylesheet gives the first chart of a run the whole width and the others
   * half of it.
   */
  drawForPaper(): void {
    const plate = this.box.closest('figure');
    this.draw(
      plate?.parentElement?.firstElementChild === plate ? PAPER_PX : PAPER_PX / 2 - PAPER_GAP_PX,
    );
  }

  /** Draws anew what is drawn already. */
  redraw(): void {
    if (this.drawn !== undefined) this.draw();
    const table = this.box.parentElement?.querySelector('details');
    if (table?.open === true) this.fillTable(table);
  }

  resize(): void {
    this.drawn?.resize(this.box.clientWidth);
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.chart.x.values.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: this.place - 1,
      ArrowRight: this.place + 1,
      Home: 0,
      End: last,
    };
    const wanted = places[event.key];
    if (wanted === undefined || this.drawn === undefined) return;
    event.preventDefault();
    this.place = Math.min(last, Math.max(0, wanted));
    const text = this.drawn.moveTo(this.place);
    if (this.said !== null) this.said.textContent = text;
  }

  private fillTable(details: HTMLDetailsElement): void {
    details.querySelector('table')?.remove();
    if (!details.open) return;
    const { x, series } = this.chart;
    const table = document.createElement('table');
    const row = (tag: 'th' | 'td', cells: readonly string[]): void => {
      const line = table.insertRow();
      cells.forEach((text, n) => {
        const cell = document.createElement(n === 0 ? 'th' : tag);
        cell.scope = tag === 'th' ? 'col' : 'row';
        cell.textContent = text;
        line.append(cell);
      });
    };
    row('th', [x.label[language()], ...series.map(({ label }) => label[language()])]);
    x.values.forEach((_, n) =>
      row('td', [placeName(this.chart, n), ...series.map(({ values }) => figure(values[n]))]),
    );
    details.append(table);
  }
}

const figuresOnPage = charts.flatMap((chart) => {
  const box = document.querySelector<HTMLElement>(`[data-chart="${CSS.escape(chart.id)}"]`);
  return box === null ? [] : [new Figure(box, chart)];
});
const redrawAll = (): void => figuresOnPage.forEach((one) => one.redraw());

const press = (name: 'language' | 'theme', value: string): void =>
  document
    .querySelectorAll<HTMLElement>(`[data-${name}]`)
    .forEach((button) =>
      button.setAttribute('aria-pressed', String(button.dataset[name] === value)),
    );

const speak = (wanted: string): void => {
  root.lang = wanted === 'ko' ? 'ko' : 'en';
  press('language', root.lang);
  redrawAll();
};
const light = (wanted: string): void => {
  root.style.colorScheme = wanted === 'light' || wanted === 'dark' ? wanted : 'light dark';
  press('theme', wanted);
  redrawAll();
};

for (const [name, apply] of [
  ['language', speak],
  ['theme', light],
] as const) {
  document.querySelectorAll<HTMLElement>(`[data-${name}]`).forEach((button) =>
    button.addEventListener('click', () => {
      const value = button.dataset[name] ?? '';
      remember(name, value);
      apply(value);
    }),
  );
}
speak(remembered('language') ?? (navigator.language.startsWith('ko') ? 'ko' : 'en'));
light(remembered('theme') ?? 'auto');
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);

const inView = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      inView.unobserve(target);
      figuresOnPage.find(({ box }) => box === target)?.draw();
    }
  },
  { rootMargin: '400px' },
);
figuresOnPage.forEach(({ box }) => inView.observe(box));
addEventListener('resize', () => figuresOnPage.forEach((one) => one.resize()));

// Paper is white and has no viewport: all charts are drawn, in light colours, at the width of a
// page.
let screenScheme = '';
addEventListener('beforeprint', () => {
  screenScheme = root.style.colorScheme;
  root.style.colorScheme = 'light';
  figuresOnPage.forEach((one) => one.drawForPaper());
});
addEventListener('afterprint', () => {
  root.style.colorScheme = screenScheme;
  figuresOnPage.forEach((one) => one.draw());
});
