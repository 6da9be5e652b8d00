/**
 * The script of a report: the markup is there already, so only the switches and the chart panels
 * are rendered again, with effects. Their data is JSON in `<script id="charts">`.
 */
import { render, type ComponentChildren } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { ChartPanel } from '../charts/chart-panel.js';
import { PreferencesContext, usePreferences, type Preferences } from '../preferences.js';
import type { GroupedPanel } from './grouped-panel.js';
import { Switches } from './switches.js';

const data: unknown = JSON.parse(document.getElementById('charts')?.textContent ?? '[]');
/** The report's own page wrote them; checking each would need a library in every report. */
const isPanels = (value: unknown): value is readonly GroupedPanel[] => Array.isArray(value);
const panels = isPanels(data) ? data : [];

const withPreferences = (preferences: Preferences, children: ComponentChildren) => (
  <PreferencesContext.Provider value={preferences}>{children}</PreferencesContext.Provider>
);

function Report() {
  const preferences = usePreferences(true);
  useLayoutEffect(() => {
    for (const panel of panels) {
      const place = document.querySelector(`[data-panel="${CSS.escape(panel.chart.id)}"]`);
      if (place !== null) render(withPreferences(preferences, <ChartPanel {...panel} />), place);
    }
  });
  return withPreferences(preferences, <Switches />);
}

const switches = document.getElementById('switches');
if (switches !== null) render(<Report />, switches);
