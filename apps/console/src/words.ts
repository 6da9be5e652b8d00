import type { Ending } from './figures.js';
import { korean } from './words-ko.js';

/** The languages of the page. */
export type Language = 'en' | 'ko';

/** All that the page says, but for names, figures and what the lab itself says. */
export interface Words {
  readonly locale: string;
  readonly title: string;
  readonly tagline: string;
  readonly tabs: {
    readonly race: string;
    readonly results: string;
    readonly schedules: string;
    readonly strategies: string;
  };
  readonly otherLanguage: string;
  readonly theme: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly offline: string;
  readonly skip: string;
  readonly setup: {
    readonly heading: string;
    readonly strategies: string;
    readonly pair: string;
    readonly all: string;
    readonly none: string;
    readonly profile: string;
    readonly instances: string;
    readonly repeats: string;
    readonly start: string;
    readonly starting: string;
    readonly stop: string;
    readonly stopping: string;
    readonly again: string;
    readonly about: (seconds: number) => string;
    readonly loadOf: (users: string, seconds: number, stock: string) => string;
    readonly breaks: string;
    readonly busy: string;
  };
  readonly race: {
    readonly empty: string;
    readonly phase: Readonly<
      Record<'preparing' | 'running' | 'stopping' | 'finished' | 'stopped' | 'failed', string>
    >;
    readonly heatOf: (n: number, all: number, name: string) => string;
    readonly left: (seconds: number) => string;
    readonly stock: string;
    readonly inStock: string;
    readonly waiting: string;
    readonly preparing: string;
    readonly racing: string;
    readonly unfinished: string;
    readonly ending: Readonly<Record<Ending, string>>;
    readonly granted: string;
    readonly requests: string;
    readonly rate: string;
    readonly gap: (lost: string, due: string) => string;
    readonly replay: string;
    readonly stopReplay: string;
    readonly second: (seconds: string) => string;
    readonly report: string;
    readonly verdicts: string;
    readonly charts: {
      readonly granted: string;
      readonly lost: string;
      readonly rate: string;
      readonly latency: string;
      readonly seconds: string;
      readonly table: string;
    };
    readonly sentence: Readonly<Record<Ending, (figures: Sentence) => string>>;
  };
  readonly table: {
    readonly run: string;
    readonly requests: string;
    readonly granted: string;
    readonly perSecond: string;
    readonly med: string;
    readonly p95: string;
    readonly rows: string;
    readonly due: string;
    readonly found: string;
    readonly lost: string;
    readonly success: string;
    readonly integrity: string;
  };
  readonly results: {
    readonly heading: string;
    readonly empty: string;
    readonly report: string;
    readonly delete: string;
    readonly sure: (when: string) => string;
    readonly compare: string;
    readonly pick: string;
    readonly back: string;
    readonly against: string;
    readonly change: string;
    readonly only: string;
    readonly evidence: string;
    readonly claims: string;
    readonly again: string;
    readonly made: string;
    readonly figure: string;
    readonly before: string;
    readonly after: string;
    readonly interval: string;
    readonly judged: string;
    readonly verdict: Readonly<Record<'better' | 'worse' | 'same' | 'too few', string>>;
    readonly tooFew: string;
    readonly beyondNoise: string;
  };
  readonly schedules: {
    readonly heading: string;
    readonly lead: string;
    readonly strategy: string;
    readonly clients: string;
    readonly explore: string;
    readonly anew: string;
    readonly exploring: string;
    readonly notYet: string;
    readonly notExplorable: string;
    readonly found: (count: number, database: string, complete: boolean) => string;
    readonly outcome: Readonly<
      Record<
        'over-issued' | 'lost-update' | 'false-answer' | 'deadlock' | 'no-verdict' | 'right',
        string
      >
    >;
    readonly list: string;
    readonly first: string;
    readonly previous: string;
    readonly next: string;
    readonly last: string;
    readonly step: (n: number, all: number) => string;
  };
  readonly strategies: {
    readonly heading: string;
    readonly lead: string;
    readonly strategy: string;
    readonly apart: string;
    readonly yes: string;
    readonly no: string;
    readonly attackedHeld: string;
    readonly attackedBroke: (trial: string) => string;
    readonly notAttacked: string;
    readonly race: string;
    readonly schedules: string;
    readonly noPage: string;
  };
}

/** What a sentence about a run is made of, as text. */
export interface Sentence {
  readonly name: string;
  readonly granted: string;
  readonly rows: string;
  readonly lost: string;
  readonly left: string;
  readonly due: string;
  readonly success: string;
  readonly perSecond: string;
  readonly findings: string;
}

const english: Words = {
  locale: 'en-US',
  title: 'Coupon Race',
  tagline: 'Who keeps count when everybody comes at once?',
  tabs: { race: 'Race', results: 'Results', schedules: 'Schedules', strategies: 'Strategies' },
  otherLanguage: '한국어',
  theme: { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' },
  offline: 'The lab does not answer. What it runs goes on; this page comes back with it.',
  skip: 'Skip to content',
  setup: {
    heading: 'New race',
    strategies: 'Strategies',
    pair: 'Broken and fixed',
    all: 'All',
    none: 'None',
    profile: 'Load',
    instances: 'API processes',
    repeats: 'Repeats',
    start: 'Start race',
    starting: 'Starting…',
    stop: 'Stop',
    stopping: 'Stopping…',
    again: 'New race',
    about: (seconds) => `about ${seconds} s`,
    loadOf: (users, seconds, stock) => `${users} users, ${seconds} s, ${stock} coupons`,
    breaks: 'breaks',
    busy: 'Something is running already. One race at a time, or each would spoil the other’s figures.',
  },
  race: {
    empty:
      'Choose strategies and start: each gets the same stock and the same crowd, one after the other.',
    phase: {
      preparing: 'Preparing services',
      running: 'Running',
      stopping: 'Stopping',
      finished: 'Finished',
      stopped: 'Stopped',
      failed: 'Failed',
    },
    heatOf: (n, all, name) => `${n} of ${all}: ${name}`,
    left: (seconds) => `about ${seconds} s left`,
    stock: 'Stock',
    inStock: 'left in stock',
    waiting: 'waits',
    preparing: 'preparing',
    racing: 'racing',
    unfinished: 'not finished',
    ending: {
      held: 'held',
      'broke-as-declared': 'broke, as declared',
      'not-as-declared': 'not as declared',
    },
    granted: 'granted',
    requests: 'requests',
    rate: 'answers/s',
    gap: (lost, due) => `${lost} lost: the rows leave ${due}`,
    replay: 'Replay side by side',
    stopReplay: 'End replay',
    second: (seconds) => `${seconds} s`,
    report: 'Open report',
    verdicts: 'Verdict',
    charts: {
      granted: 'Coupons issued (rows)',
      lost: 'Lost updates',
      rate: 'Answers a second',
      latency: 'Latency, 95 % of answers, ms',
      seconds: 'Seconds',
      table: 'As a table',
    },
    sentence: {
      held: ({ name, granted, success, perSecond }) =>
        `${name} held: ${granted} coupons, each with its row and its own number, quantity exact; ${success} success at ${perSecond} coupons a second.`,
      'broke-as-declared': ({ name, rows, lost, left, due }) =>
        `${name} broke, as it declares: of ${rows} coupons ${lost} are lost updates. Quantity says ${left}, the rows leave ${due}.`,
      'not-as-declared': ({ name, findings }) =>
        `${name} did not do what it declares: ${findings}.`,
    },
  },
  table: {
    run: 'Run',
    requests: 'Requests',
    granted: 'Granted',
    perSecond: 'Granted/s',
    med: 'Median',
    p95: '95 %',
    rows: 'Rows',
    due: 'Quantity due',
    found: 'Quantity found',
    lost: 'Lost updates',
    success: 'Success',
    integrity: 'Integrity',
  },
  results: {
    heading: 'Earlier races',
    empty: 'No race has been run here yet.',
    report: 'Report',
    delete: 'Delete',
    sure: (when) => `Delete the race of ${when} with all its files?`,
    compare: 'Compare the two',
    pick: 'Mark two races to compare them.',
    back: 'All races',
    against: 'against',
    change: 'Change',
    only: 'only in one of them',
    evidence: 'What was found',
    claims: 'Claims that show it',
    again: 'Run it again',
    made: 'Made with',
    figure: 'Figure',
    before: 'Before',
    after: 'After',
    interval: '95 % interval',
    judged: 'Beyond noise?',
    verdict: { better: 'better', worse: 'worse', same: 'no', 'too few': 'too few runs' },
    tooFew:
      'Figures of so few runs say nothing about a change: two runs of the same thing differ, too. Give both races four repeats or more.',
    beyondNoise: 'Medians of the runs, and what their spread allows to say of the change.',
  },
  schedules: {
    heading: 'Schedules',
    lead: 'Every order in which the statements of a few claims can follow each other, played on a real database.',
    strategy: 'Strategy',
    clients: 'Clients',
    explore: 'Explore',
    anew: 'Explore again',
    exploring: 'Exploring',
    notYet: 'Not explored here yet. It takes some seconds.',
    notExplorable:
      'It decides outside the database: there are no statements whose order could be explored.',
    found: (count, database, complete) =>
      `${count} schedules on ${database}${complete ? ', all that there are' : ', not all that there are'}`,
    outcome: {
      'over-issued': 'over-issued',
      'lost-update': 'lost update',
      'false-answer': 'false answer',
      deadlock: 'deadlock',
      'no-verdict': 'no verdict',
      right: 'right',
    },
    list: 'Schedules by how they end',
    first: 'First step',
    previous: 'Back',
    next: 'Next',
    last: 'Last step',
    step: (n, all) => `Step ${n} of ${all}`,
  },
  strategies: {
    heading: 'Strategies',
    lead: 'What each declares. The conformance kit attacks every yes and has to break every no.',
    strategy: 'Strategy',
    apart: 'Keeps claims apart by',
    yes: 'yes',
    no: 'no',
    attackedHeld: 'attacked, held',
    attackedBroke: (trial) => `broken by ${trial}`,
    notAttacked: 'not attacked here yet',
    race: 'Race it',
    schedules: 'See its schedules',
    noPage: 'It has no page of its own.',
  },
};

/** What the page says, by language. */
export const words: Readonly<Record<Language, Words>> = { en: english, ko: korean };
