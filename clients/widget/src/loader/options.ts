import type { WidgetOptions } from '../seam';

const oneOf = <T extends string>(value: string | undefined, known: readonly T[], fallback: T): T =>
  known.includes(value as T) ? (value as T) : fallback;

/** The page's language, unless the snippet names one: Korean or English. */
function languageOf(wanted: string | undefined): WidgetOptions['language'] {
  const language = wanted === 'ko' || wanted === 'en' ? wanted : document.documentElement.lang || navigator.language;
  return /^ko\b/i.test(language) ? 'ko' : 'en';
}

/** Reads the snippet; what is missing or wrong gets its default. */
export const readOptions = (data: DOMStringMap): WidgetOptions => ({
  colour: /^#[0-9a-f]{6}$/i.test(data['colour'] ?? '') ? (data['colour'] as string) : '#2563eb',
  position: oneOf(data['position'], ['right', 'left'], 'right'),
  theme: oneOf(data['theme'], ['auto', 'light', 'dark'], 'auto'),
  language: languageOf(data['language']),
  title: data['title'] ?? '',
  greeting: data['greeting'] ?? '',
});

/** White or near black, whichever is easier to read on the colour. */
export function onColour(colour: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.183 ? '#10151d' : '#ffffff';
}
