import type { WidgetSettings } from '@brook/common/contracts';

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

/** The lines that put the widget and the visitor counter on a page; what is as usual is left out. */
export function snippetOf(origin: string, { colour, position, theme, language, title }: WidgetSettings): string {
  const data = {
    colour,
    position: position === 'right' ? '' : position,
    theme: theme === 'auto' ? '' : theme,
    language: language === 'auto' ? '' : language,
    title,
  };
  const attributes = Object.entries(data).flatMap(([name, value]) => (value === '' ? [] : [` data-${name}="${escaped(value)}"`]));
  return `<script src="${origin}/widget.js"${attributes.join('')} async></script>\n<script src="${origin}/counter.js" async></script>`;
}
