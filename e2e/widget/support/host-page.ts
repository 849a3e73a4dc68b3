import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's site: pages by path, each with the headers it wants. */
export class HostSite {
  readonly #pages = new Map<string, { html: string; headers: Record<string, string> }>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => {
      const page = this.#pages.get(req.url ?? '');
      res.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...page?.headers });
      res.end(page?.html ?? '');
    });
  }

  static async open(): Promise<HostSite> {
    const site = new HostSite();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds a page with the widget's snippet at its end. @returns its address */
  page(path: string, { head = '', body = '<h1>A page</h1>', headers = {}, snippet = '' }: PageOptions): string {
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">${head}</head><body>${body}${snippet}</body></html>`;
    this.#pages.set(path, { html, headers });
    return this.origin + path;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

interface PageOptions {
  head?: string;
  body?: string;
  headers?: Record<string, string>;
  snippet?: string;
}
