import type { Logger } from '@brook/common/logging';
import { findBans, type Place, placeKey } from '../repositories/bans.js';
import type { Prisma } from '../repositories/prisma.js';

export interface RefusalReviewOptions {
  prisma: Prisma;
  /** Brings the projection of the rooms feed up to date. @throws while the rooms service cannot be reached */
  catchUp: () => Promise<void>;
  logger: Logger;
}

/** What becomes of people refused as `forbidden`: try them again, or tell them to come again. The others stay refused. */
export interface Review {
  again: ReadonlySet<string>;
  later: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * A ban that was lifted may still stand in the projection for a moment, and whoever was told that it is lifted may write
 * at once. So nobody is refused for a ban before the rooms service itself was asked. Rare: the gateway lets pass only
 * whom it does not know to be banned.
 */
export class RefusalReview {
  readonly #options: RefusalReviewOptions;

  constructor(options: RefusalReviewOptions) {
    this.#options = options;
  }

  /** Looks at places by `placeKey`. @throws the database's error */
  async review(refused: Place[]): Promise<Review> {
    if (refused.length === 0) return { again: NOBODY, later: NOBODY };
    const { prisma, catchUp, logger } = this.#options;
    let banned = await findBans(prisma, refused);
    let later = NOBODY;
    if (banned.size > 0) {
      try {
        await catchUp();
        banned = await findBans(prisma, refused);
      } catch (err) {
        logger.warn({ err }, 'bans cannot be reviewed: those refused are told to come again');
        later = banned;
      }
    }
    return { again: new Set(refused.map(placeKey).filter((place) => !banned.has(place))), later };
  }
}
