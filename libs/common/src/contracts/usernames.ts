import { z } from 'zod';

const USERNAME = /^[\p{L}\p{N}_.-][\p{L}\p{M}\p{N}_.-]*$/u;

/** A username as it is stored and shown: NFKC, 2 to 32 letters of any script (with their marks), digits, `_ . -`. */
export const username = z
  .string()
  .max(256)
  .transform((name) => name.normalize('NFKC'))
  .refine((name) => {
    const length = Array.from(name).length;
    return length >= 2 && length <= 32 && name.isWellFormed() && USERNAME.test(name);
  }, 'must be 2 to 32 letters, digits, "_", "." or "-"');

/**
 * The form under which names are unique: two spellings that differ in case or in compatibility forms fold to one.
 * Upper before lower case, so that ß and SS, and the two sigmas, meet.
 */
export const foldUsername = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

/** A password: 8 to 128 characters, otherwise free. */
export const password = z
  .string()
  .refine((text) => text.isWellFormed(), 'must not contain lone surrogates')
  .refine((text) => {
    const length = Array.from(text).length;
    return length >= 8 && length <= 128;
  }, 'must be 8 to 128 characters');
