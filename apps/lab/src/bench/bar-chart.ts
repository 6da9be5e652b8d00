const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * Horizontal bars as one SVG text, readable on light and dark pages. `bars`: label and value, in
 * their order.
 */
export function barChart(
  title: string,
  bars: readonly (readonly [label: string, value: number])[],
): string {
  const labels = 190;
  const width = 720;
  const line = 22;
  const most = Math.max(1, ...bars.map(([, value]) => value));
  const drawn = bars.map(([label, value], n) => {
    const y = 34 + n * line;
    const length = Math.max(1, ((width - labels - 90) * value) / most);
    return (
      `<text x="${labels - 8}" y="${y + 12}" text-anchor="end">${escape(label)}</text>` +
      `<rect x="${labels}" y="${y}" width="${length.toFixed(1)}" height="16" fill="#2f7d6d"/>` +
      `<text x="${(labels + length + 6).toFixed(1)}" y="${y + 12}">` +
      `${Math.round(value).toLocaleString('en-US')}</text>`
    );
  });
  const height = 44 + bars.length * line;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    'font-family="sans-serif" font-size="12" fill="#777" role="img" ' +
    `aria-label="${escape(title)}">` +
    `<text x="8" y="18" font-size="13">${escape(title)}</text>${drawn.join('')}</svg>\n`
  );
}
