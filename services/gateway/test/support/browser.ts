/** What a browser does with cookies and redirects, as far as a login needs it. */
export class Browser {
  readonly cookies = new Map<string, { value: string; path: string; attributes: string }>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Opens a page, without following its redirect. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url, this.#origin);
    const own = target.origin === this.#origin;
    const cookie = own
      ? [...this.cookies].flatMap(([name, { value, path }]) => (target.pathname.startsWith(path) ? [`${name}=${value}`] : []))
      : [];
    const headers = { ...init.headers, ...(cookie.length > 0 ? { cookie: cookie.join('; ') } : {}) };
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    if (own) for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects until a page comes that is none, or one whose path `until` names. @returns its address */
  async follow(url: string, until: (target: URL) => boolean = () => false): Promise<URL> {
    for (let at = new URL(url, this.#origin); ; ) {
      if (until(at)) return at;
      const response = await this.open(at.toString());
      const location = response.headers.get('location');
      await response.body?.cancel();
      if (location === null) return at;
      at = new URL(location, at);
    }
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice(5) ?? '/';
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, { value, path, attributes: attributes.join('; ') });
  }
}
