/**
 * Close codes of the socket, one table. 4000-4499: reconnect with the last rev; 4500-4999: do not
 * (after 4501 a client may refresh its token once and connect again).
 */
export const CLOSE = {
  resync: { code: 4000, reason: 'resync' },
  goingAway: { code: 4001, reason: 'going away' },
  slowConsumer: { code: 4008, reason: 'slow consumer' },
  heartbeatLost: { code: 4009, reason: 'heartbeat lost' },
  rateLimited: { code: 4029, reason: 'rate limited' },
  protocolError: { code: 4500, reason: 'protocol error' },
  unauthenticated: { code: 4501, reason: 'unauthenticated' },
  forbidden: { code: 4503, reason: 'forbidden' },
  sessionRevoked: { code: 4510, reason: 'session revoked' },
  frameTooLarge: { code: 4513, reason: 'frame too large' },
} as const;

export type CloseReason = (typeof CLOSE)[keyof typeof CLOSE];

/** Whether a client should reconnect by itself after this close code (network failures, 1006 and the like, included). */
export const mayReconnect = (code: number): boolean => code < 4500 || code > 4999;
