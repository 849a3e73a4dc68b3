import type { IncomingMessage } from 'node:http';
import { ConfigError } from '@brook/common/config';
import express from 'express';

type Trusts = (address: string, hop: number) => boolean;

/**
 * Who is at the other end of a request, for REST and for the socket's upgrade alike: what proxies say is believed only of
 * those that TRUST_PROXY names.
 */
export class RemoteParty {
  readonly #trusts: Trusts;

  /** @throws ConfigError when `trustProxy` names what is no address or network */
  constructor(trustProxy: false | number | string[]) {
    const settings = express();
    try {
      settings.set('trust proxy', trustProxy);
    } catch (cause) {
      throw new ConfigError(
        'The configuration is not valid. TRUST_PROXY: must be a number of hops, or addresses and networks, separated by commas',
        { cause },
      );
    }
    this.#trusts = settings.get('trust proxy fn') as Trusts;
  }

  /** The client's address: the nearest one that no trusted proxy stands at. */
  ip(req: IncomingMessage): string {
    const chain = [remoteAddress(req), ...forwarded(req, 'x-forwarded-for').reverse()];
    const at = chain.findIndex((address, hop) => !this.#trusts(address, hop));
    return plain(chain[at === -1 ? chain.length - 1 : at] ?? '');
  }

  /** Whether the client itself speaks TLS. */
  secure(req: IncomingMessage): boolean {
    if ('encrypted' in req.socket && req.socket.encrypted === true) return true;
    return this.#behindProxy(req) && forwarded(req, 'x-forwarded-proto')[0]?.toLowerCase() === 'https';
  }

  /** The host (with port) that the client asked for. */
  host(req: IncomingMessage): string | undefined {
    return (this.#behindProxy(req) ? forwarded(req, 'x-forwarded-host')[0] : undefined) ?? req.headers.host;
  }

  #behindProxy(req: IncomingMessage): boolean {
    return this.#trusts(remoteAddress(req), 0);
  }
}

const remoteAddress = (req: IncomingMessage) => req.socket.remoteAddress ?? '';

/** IPv4 clients of a dual-stack listener have one name only. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

function forwarded(req: IncomingMessage, header: string): string[] {
  const value = req.headers[header];
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
