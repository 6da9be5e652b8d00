/** A text in each language of a page. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

/**
 * What a series stands for decides its colour: the same thing has the same colour in every chart.
 */
export type Hue = 'good' | 'bad' | 'wait' | 'calm' | 'first' | 'second' | 'third' | 'muted';

/** One line, layer or row of bars. */
export interface Series {
  readonly label: Text;
  readonly hue: Hue;
  /** As many as there are places on the x axis; null where there is nothing to show. */
  readonly values: readonly (number | null)[];
}

/** A chart as data: what is drawn from it and the table behind it are the same figures. */
export interface Chart {
  /** Of the page, unique. */
  readonly id: string;
  /**
   * `stack` and `bars`: the series lie on each other. `gap`: two lines, the first being what is and
   * the second what is due, with the room between them filled.
   */
  readonly kind: 'lines' | 'stack' | 'bars' | 'gap';
  readonly x: {
    readonly label: Text;
    readonly values: readonly number[];
    /** What stands below the bars, instead of figures. */ readonly names?: readonly string[];
  };
  readonly y: { readonly label: Text; readonly logarithmic?: boolean };
  readonly series: readonly Series[];
}
