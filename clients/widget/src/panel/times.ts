import type { Texts } from './texts';

/** Dates and times as this language writes them. */
export class Times {
  readonly #time: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #texts: Texts;

  constructor(language: string, texts: Texts) {
    this.#time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
    this.#date = new Intl.DateTimeFormat(language, { dateStyle: 'long' });
    this.#texts = texts;
  }

  time(at: string): string {
    return this.#time.format(new Date(at));
  }

  /** Full date and time, for transcripts. */
  full(at: string): string {
    return `${this.#date.format(new Date(at))} ${this.time(at)}`;
  }

  /** The heading of a day. */
  day(at: string): string {
    const day = this.#date.format(new Date(at));
    const ago = (days: number) => this.#date.format(new Date(Date.now() - days * 86_400_000));
    return day === ago(0) ? this.#texts.today : day === ago(1) ? this.#texts.yesterday : day;
  }
}
