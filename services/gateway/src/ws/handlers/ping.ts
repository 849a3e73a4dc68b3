import type { FrameHandler } from '../frame-router.js';

export const pong: FrameHandler<'ping'> = (_context, { connection }, { id }) => {
  connection.send({ type: 'pong', id });
};
