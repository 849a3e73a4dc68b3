import type { FrameHandler } from '../frame-handler.js';

export const pong: FrameHandler<'ping'> = (_context, { connection }, { id }) => {
  connection.send({ type: 'pong', id });
};
