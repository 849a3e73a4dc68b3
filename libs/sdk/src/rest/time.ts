/** A time as the REST API takes it. */
export const toTime = (time: Date | string | undefined): string | undefined => (time instanceof Date ? time.toISOString() : time);
