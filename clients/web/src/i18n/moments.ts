/** How moments are written, by what is told of them. */
const LOOKS = {
  time: { hour: 'numeric', minute: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  weekday: { weekday: 'short' },
  day: { month: 'short', day: 'numeric' },
  medium: { dateStyle: 'medium', timeStyle: 'short' },
  full: { dateStyle: 'full', timeStyle: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making one costs far more than using it, and a list of messages uses three a row. */
const made = new Map<string, Intl.DateTimeFormat>();

/** The moment in the person's language and time zone. */
export function moment(at: Date, look: keyof typeof LOOKS, language: string): string {
  const key = `${look} ${language}`;
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, LOOKS[look]);
    made.set(key, format);
  }
  return format.format(at);
}
