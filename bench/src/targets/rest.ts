import { Agent, request } from 'node:http';

/** A client of Brook's REST API that keeps its connections. */
export class Rest {
  readonly #base: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  /** @param url public address of Brook */
  constructor(url: string) {
    this.#base = new URL('/api/v1', url);
  }

  /** @throws with what the server said when the answer is not 2xx */
  call<T>(method: string, path: string, { token, body }: { token?: string | undefined; body?: unknown } = {}): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: this.#base.hostname,
          port: this.#base.port,
          method,
          path: `${this.#base.pathname}${path}`,
          agent: this.#agent,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const said = Buffer.concat(chunks).toString();
            const status = answer.statusCode ?? 0;
            if (status < 200 || status > 299) reject(new Error(`${method} ${path}: ${status} ${said}`));
            else resolve((said === '' ? undefined : JSON.parse(said)) as T);
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Does something for every item, at most `atOnce` at a time; results keep the items' order. */
export async function forAll<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await act(items[i] as T, i);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
