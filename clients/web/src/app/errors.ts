import { BrookError } from '@brook/sdk';
import { useTranslation } from 'react-i18next';
import { errorKey } from '../i18n';

/** The error's code in words; anything that is no refusal of Brook's counts as `internal`. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => t(errorKey(error instanceof BrookError ? error.code : 'internal'));
}

/** Whether the error carries this code. */
export const hasCode = (error: unknown, code: BrookError['code']): boolean => error instanceof BrookError && error.code === code;

/** The fields that the server found fault with. */
export const faultyFields = (error: unknown): ReadonlySet<string> =>
  new Set(error instanceof BrookError ? (error.issues ?? []).map((issue) => issue.path) : []);
