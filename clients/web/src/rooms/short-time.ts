/** A moment as a list shows it: the time today, the day in the last week, else the date. */
export function shortTime(iso: string, now: Date, language: string): string {
  const then = new Date(iso);
  const days = Math.floor((startOfDay(now) - startOfDay(then)) / 86_400_000);
  if (days <= 0) return then.toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' });
  if (days < 7) return then.toLocaleDateString(language, { weekday: 'short' });
  return then.toLocaleDateString(language, { month: 'short', day: 'numeric' });
}

const startOfDay = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
