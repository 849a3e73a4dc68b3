import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { OriginRule } from './origin-rule.js';
import { RemoteParty } from './remote-party.js';

/** A request as node's server hands it over. */
function request(address: string, headers: Record<string, string> = {}): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const req = new IncomingMessage(socket);
  Object.assign(req.headers, headers);
  return req;
}

describe('RemoteParty', () => {
  const lies = {
    'x-forwarded-for': '9.9.9.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    host: 'brook.local',
  };

  test('believes nobody unless told', () => {
    const remote = new RemoteParty(false);
    const req = request('127.0.0.1', lies);
    expect([remote.ip(req), remote.secure(req), remote.host(req)]).toEqual(['127.0.0.1', false, 'brook.local']);
  });

  test('takes the nearest address that no trusted proxy stands at', () => {
    const req = request('10.0.0.2', { 'x-forwarded-for': '9.9.9.9, 203.0.113.7, 10.0.0.1' });
    expect(new RemoteParty(['10.0.0.0/8']).ip(req)).toBe('203.0.113.7');
    expect(new RemoteParty(1).ip(req)).toBe('10.0.0.1');
    expect(new RemoteParty(2).ip(req)).toBe('203.0.113.7');
  });

  test('takes scheme and host from a trusted proxy only', () => {
    const remote = new RemoteParty(['loopback']);
    expect([remote.secure(request('127.0.0.1', lies)), remote.host(request('127.0.0.1', lies))]).toEqual([true, 'evil.example']);
    expect([remote.secure(request('8.8.8.8', lies)), remote.host(request('8.8.8.8', lies))]).toEqual([false, 'brook.local']);
  });

  test('an IPv4 client of a dual-stack listener has one name', () => {
    expect(new RemoteParty(false).ip(request('::ffff:192.0.2.1'))).toBe('192.0.2.1');
  });

  test('refuses what is no address', () => {
    expect(() => new RemoteParty(['everybody'])).toThrow(/TRUST_PROXY/);
  });
});

describe('OriginRule', () => {
  const rule = new OriginRule({
    allowed: ['https://site.example'],
    sites: { allows: (origin) => origin === 'https://blog.example' },
    remote: new RemoteParty(false),
  });
  const permits = (origin: string | undefined, host: string) =>
    rule.permits(request('127.0.0.1', { host, ...(origin === undefined ? {} : { origin }) }));

  test.each([
    [undefined, 'brook.local:8080', true],
    ['http://brook.local:8080', 'brook.local:8080', true],
    ['http://BROOK.local', 'brook.local:80', true],
    ['https://brook.local', 'brook.local', true],
    ['https://site.example', 'brook.local', true],
    ['http://site.example', 'brook.local', false],
    ['https://brook.local.evil.example', 'brook.local', false],
    ['http://brook.local:9000', 'brook.local:8080', false],
    ['null', 'brook.local', false],
    ['', 'brook.local', false],
  ])('Origin %s at host %s: %s', (origin, host, expected) => {
    expect(permits(origin, host)).toBe(expected);
  });

  test('a site of the widget passes without a cookie of ours', () => {
    const from = (headers: Record<string, string>) =>
      request('127.0.0.1', { host: 'brook.local', origin: 'https://blog.example', ...headers });
    expect(rule.permits(from({}))).toBe(true);
    expect(rule.permits(from({ cookie: 'brook_refresh=x' }))).toBe(false);
    expect(rule.site(from({}))).toBe('https://blog.example');
    expect(rule.listed(from({}))).toBeUndefined();
  });

  test('only a listed origin gets CORS headers', () => {
    expect(rule.listed(request('127.0.0.1', { host: 'brook.local', origin: 'http://brook.local' }))).toBeUndefined();
    expect(rule.listed(request('127.0.0.1', { host: 'brook.local', origin: 'https://site.example' }))).toBe(
      'https://site.example',
    );
  });
});
