import type { BrookErrorCode } from '@brook/sdk';
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Translation } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Translation };
  }
}

export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

const CHOICE = 'brook.language';

const load: Record<Language, () => Promise<Translation>> = {
  en: async () => (await import('./en')).en,
  ko: async () => (await import('./ko')).ko,
};

const isLanguage = (value: string | null | undefined): value is Language => LANGUAGES.some((language) => language === value);

/** The person's choice, else the first language of the browser that there is, else English. */
function preferred(): Language {
  const chosen = localStorage.getItem(CHOICE);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

/** Prepares translations in the preferred language; only that one is loaded. */
export async function startI18n(): Promise<i18n> {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    supportedLngs: [...LANGUAGES],
    resources: { [language]: { translation: await load[language]() } },
    // React escapes by itself.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = language;
  return i18next;
}

/** Changes the language now and for later visits. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await load[language]());
  }
  localStorage.setItem(CHOICE, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** The sentence of an error code; the compiler sees that every code has one. */
export const errorKey = (code: BrookErrorCode): `errors.${keyof Translation['errors']}` => `errors.${code}`;
