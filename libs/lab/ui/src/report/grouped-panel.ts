import type { ChartPanelData } from '../charts/chart-panel.js';

/** A chart panel of a report, with the group whose cursor it shares. */
export type GroupedPanel = ChartPanelData & { readonly group: string; readonly isWide: boolean };
