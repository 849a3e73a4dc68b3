/*
 * Peer: the room broadcast that a few lines of `ws` make. Nothing is stored, nobody is asked who they are, a message is
 * parsed once and its text written to every socket of the room. Prints its port.
 */
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket) => {
  let joined: string | undefined;
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as { type: string; room: string };
    if (frame.type === 'join') {
      joined = frame.room;
      const members = rooms.get(joined) ?? new Set();
      rooms.set(joined, members.add(socket));
      socket.send(JSON.stringify({ type: 'joined' }));
      return;
    }
    const text = JSON.stringify(frame);
    for (const member of rooms.get(frame.room) ?? []) member.send(text);
  });
  socket.on('close', () => {
    if (joined !== undefined) rooms.get(joined)?.delete(socket);
  });
});
server.on('listening', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
