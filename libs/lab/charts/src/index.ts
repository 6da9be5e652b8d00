export type { Chart, Hue, Series, Text } from './chart.js';
export { stacked } from './stacked.js';
