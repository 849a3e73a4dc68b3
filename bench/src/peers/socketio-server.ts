/*
 * Peer: a chat as it is usually written with Socket.IO 4: several processes that share a Redis stream adapter, one
 * INSERT a message, committed before it is emitted and acknowledged, the last 50 messages at a join. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Server } from 'socket.io';

interface Sent {
  id: string;
  room: string;
  text: string;
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(new Redis(process.env['REDIS_URL'] as string)),
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
});

const INSERT = {
  name: 'insert',
  text: 'INSERT INTO chat (id, room, sender, body) VALUES ($1, $2, $3, $4) RETURNING seq, created_at',
};
const LATEST = {
  name: 'latest',
  text: 'SELECT seq, id, sender, body, created_at FROM chat WHERE room = $1 ORDER BY seq DESC LIMIT 50',
};

io.on('connection', (socket) => {
  socket.on('join', async ({ room }: { room: string }, ack: (answer: object) => void) => {
    await socket.join(room);
    const { rows } = await pool.query({ ...LATEST, values: [room] });
    ack({ messages: rows.reverse() });
  });
  socket.on('send', async ({ id, room, text }: Sent, ack: (answer: object) => void) => {
    const { rows } = await pool.query<{ seq: string; created_at: Date }>({ ...INSERT, values: [id, room, socket.id, text] });
    const message = { id, room, sender: socket.id, text, seq: Number(rows[0]?.seq), createdAt: rows[0]?.created_at };
    io.to(room).emit('message', message);
    ack({ message });
  });
});
http.listen(0, '127.0.0.1', () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
