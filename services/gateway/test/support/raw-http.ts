import { connect, type Socket } from 'node:net';

/** Opens a TCP connection to the gateway. */
export function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Writes bytes as they are. @returns everything that came until the server closed, or `waitMs` were over */
export async function speak(url: string, bytes: string, waitMs = 15_000): Promise<string> {
  const socket = await dial(url);
  let heard = '';
  // A server that refuses may reset the connection while we still write.
  socket.on('error', () => socket.destroy());
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const timer = setTimeout(() => socket.destroy(), waitMs);
  socket.write(bytes);
  await closed;
  clearTimeout(timer);
  return heard;
}
