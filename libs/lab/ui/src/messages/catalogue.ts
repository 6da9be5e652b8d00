import type { Text } from '../text.js';
import {
  faultCell,
  faultChart,
  faultFigures,
  faultKinds,
  faultMatrix,
  faultVerdicts,
} from './faults.js';
import { figureLabels, original } from './figures.js';
import { languageNames, page, setup } from './page.js';
import { outcomes } from './outcomes.js';
import { charts, race, runCharts, stock } from './race.js';
import { environment, report, trace } from './report.js';
import { comparison, results } from './results.js';
import { endings, headlines, sentences, verdictCard, violations } from './run.js';
import { strategies } from './strategies.js';
import { scheduleOutcomes, schedules, swimLanes } from './swim-lanes.js';

/** A text, a text that needs figures, or a theme of texts by their codes. */
type Entry = Text | ((...figures: never[]) => Text) | { readonly [code: string]: Entry };

/** All that page, report and command line say, by code: each text in both languages. */
export const messages = {
  charts,
  comparison,
  endings,
  environment,
  faultCell,
  faultChart,
  faultFigures,
  faultKinds,
  faultMatrix,
  faultVerdicts,
  figureLabels,
  headlines,
  languageNames,
  original,
  outcomes,
  page,
  race,
  report,
  results,
  runCharts,
  scheduleOutcomes,
  schedules,
  sentences,
  setup,
  stock,
  strategies,
  swimLanes,
  trace,
  verdictCard,
  violations,
} as const satisfies Entry;
