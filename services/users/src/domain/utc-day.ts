/** The UTC day of a moment, as `2026-01-31`. */
export const utcDay = (moment: Date): string => moment.toISOString().slice(0, 10);
