import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';
import { startSpan, startSpans } from '@brook/common/tracing';
import { Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

interface Span {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

/** What OTLP/HTTP carries as JSON, as far as it is looked at. */
interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'service'>[] }[];
  }[];
}

const SECRET = 'a text that belongs into no trace';
const spans: Span[] = [];
const bodies: string[] = [];
let receiver: Server;
let stack: Stack;

beforeAll(async () => {
  const port = await freePort();
  receiver = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    req.on('end', () => {
      bodies.push(body);
      spans.push(...read(JSON.parse(body) as ExportRequest));
      res.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(port, '127.0.0.1');
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '100' };
  stack = await startStack({ env });
});
afterAll(async () => {
  await stack.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

function read({ resourceSpans }: ExportRequest): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
  });
}

test('a message is one trace, from the frame through streams and Postgres to its delivery', async () => {
  const rest = new Rest(stack.url);
  const person = await rest.signUp();
  const { id: roomId } = await rest.createRoom(person);
  const client = await SocketClient.enter(stack.url, person.token);
  await client.request('room.subscribe', { roomId });
  await client.request('message.send', { roomId, clientId: randomUUID(), text: SECRET });
  await client.leave();

  const traceOf = () =>
    spans.filter(({ traceId }) => traceId === spans.find(({ name }) => name === 'frame message.send')?.traceId);
  await eventually(() => traceOf().length >= 6);
  const chain = ({ name, service, parentSpanId }: Span) => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId);
    return `${service}: ${name} < ${parent?.name ?? 'nothing'}`;
  };
  expect(traceOf().map(chain).sort()).toEqual([
    'brook-gateway: command message.send < frame message.send',
    'brook-gateway: deliver < execute message.send',
    'brook-gateway: frame message.send < nothing',
    'brook-messages: execute message.send < command message.send',
    'brook-messages: postgres < execute message.send',
    'brook-messages: publish < execute message.send',
  ]);
  expect(bodies.join()).not.toContain(SECRET);
});

test('a command by REST is a trace too', async () => {
  await eventually(() =>
    ['command room.create', 'execute room.create'].every((name) => spans.some((span) => span.name === name)),
  );
});

test('without an endpoint nothing is traced', () => {
  expect(startSpan('anything')).toBeUndefined();
  startSpans('anything', [{ traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` }])();
});
