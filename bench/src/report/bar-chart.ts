/** A group of bars: one figure for several systems. */
export interface BarGroup {
  label: string;
  bars: { label: string; value: number; text: string }[];
}

const WIDTH = 760;
const LABEL = 200;
const BAR = 20;
const GAP = 5;
const GROUP_GAP = 18;
const TOP = 44;
const COLORS: Record<string, string> = { 'bare ws': '#8a8f98', 'Socket.IO': '#c9822b', Brook: '#2f7d6b' };

/** A bar chart as SVG; the bars of a group are to scale with each other, groups are not. Readable on light and dark. */
export function barChart(title: string, groups: BarGroup[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
    parts.push(text(12, y + BAR - 6, label, 'group'));
    for (const bar of bars) {
      const length = Math.max(1, ((WIDTH - LABEL - 240) * bar.value) / most);
      const color = COLORS[bar.label] ?? '#5566aa';
      parts.push(text(LABEL + 84, y + BAR - 6, bar.label, 'end'));
      parts.push(`<rect x="${LABEL + 92}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`);
      parts.push(text(LABEL + 98 + length, y + BAR - 6, bar.text, 'value'));
      y += BAR + GAP;
    }
    y += GROUP_GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${escape(title)}">
<style>text{font:13px system-ui,sans-serif;fill:#1c2024}.title{font-size:15px;font-weight:600}.group{font-weight:600}.end{text-anchor:end}.value{fill:#444b52}</style>
<rect width="100%" height="100%" rx="6" fill="#ffffff"/>
${text(12, 26, title, 'title')}
${parts.join('\n')}
</svg>
`;
}

const text = (x: number, y: number, content: string, style: string) =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" class="${style}">${escape(content)}</text>`;

const escape = (content: string) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
