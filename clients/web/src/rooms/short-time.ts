import { moment } from '../i18n/moments';

/** A moment as a list shows it: the time today, the day in the last week, else the date. */
export function shortTime(iso: string, now: Date, language: string): string {
  const then = new Date(iso);
  const days = Math.floor((startOfDay(now) - startOfDay(then)) / 86_400_000);
  if (days <= 0) return moment(then, 'time', language);
  if (days < 7) return moment(then, 'weekday', language);
  return moment(then, 'day', language);
}

const startOfDay = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
