import { type Panel, type PanelHost, type PanelModule, storageKey, type WidgetEvents, type WidgetOptions } from '../seam';
import { onColour, readOptions } from './options';
import { LOADER_STYLES } from './styles';

declare const __PANEL__: string;

/** What a page can do with the widget: `window.Brook`. */
interface BrookWidget {
  open(): void;
  close(): void;
  /** Listens; the answer ends it. */
  on<T extends keyof WidgetEvents>(type: T, handler: (detail: WidgetEvents[T]) => void): () => void;
  /** Takes the widget off the page. The conversation stays the visitor's, unless `forget` ends the session, too. */
  destroy(options?: { forget?: boolean }): void;
}

const TEXTS = {
  en: { open: 'Open chat', close: 'Close chat', away: 'The chat cannot be reached just now. Please try again in a moment.' },
  ko: { open: '채팅 열기', close: '채팅 닫기', away: '지금은 채팅에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.' },
};

type Handler = (detail: never) => void;

/** Draws the button, and nothing else: no request and no storage before the visitor opens it. */
class Loader implements BrookWidget {
  readonly #base: string;
  readonly #options: WidgetOptions;
  readonly #texts: (typeof TEXTS)['en'];
  readonly #handlers = new Set<[string, Handler]>();
  readonly #host = document.createElement('brook-widget');
  readonly #root = this.#host.attachShadow({ mode: 'open' });
  readonly #button = document.createElement('button');
  readonly #badge = document.createElement('div');
  readonly #note = document.createElement('div');
  #panel: Panel | undefined;
  #loading: Promise<void> | undefined;
  #failures = 0;
  #shown = false;
  #gone = false;

  constructor(base: string, options: WidgetOptions) {
    this.#base = base;
    this.#options = options;
    this.#texts = TEXTS[options.language];
    this.#draw();
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', this.#ready, { once: true });
    else this.#ready();
  }

  open(): void {
    if (this.#gone || this.#shown) return;
    this.#shown = true;
    this.#say('');
    this.#button.setAttribute('aria-busy', 'true');
    void this.#load().then(() => {
      this.#button.removeAttribute('aria-busy');
      if (!this.#shown || !this.#panel) return this.#label();
      this.#panel.show();
      this.#emit('open', undefined);
    });
  }

  close(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#panel?.hide();
    this.#emit('close', undefined);
    this.#button.focus();
  }

  on<T extends keyof WidgetEvents>(type: T, handler: (detail: WidgetEvents[T]) => void): () => void {
    const entry: [string, Handler] = [type, handler as Handler];
    this.#handlers.add(entry);
    return () => void this.#handlers.delete(entry);
  }

  destroy({ forget = false }: { forget?: boolean } = {}): void {
    this.#gone = true;
    this.#shown = false;
    this.#panel?.destroy({ forget });
    this.#panel = undefined;
    this.#handlers.clear();
    this.#host.remove();
    document.removeEventListener('DOMContentLoaded', this.#ready);
    if (window.Brook === this) delete window.Brook;
  }

  #draw(): void {
    const { colour, position, language } = this.#options;
    const host = this.#host;
    host.dataset['position'] = position;
    host.lang = language;
    host.style.setProperty('--brook', colour);
    host.style.setProperty('--on-brook', onColour(colour));
    // A constructed sheet needs no permission of the page's policy.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOADER_STYLES);
    this.#root.adoptedStyleSheets = [sheet];
    this.#button.type = 'button';
    this.#button.className = 'launch';
    this.#button.append(bubble());
    this.#button.addEventListener('click', () => (this.#shown ? this.close() : this.open()));
    this.#badge.className = 'badge';
    this.#note.setAttribute('role', 'status');
    this.#root.append(this.#button, this.#badge, this.#note);
  }

  readonly #ready = () => {
    if (this.#gone) return;
    this.#label();
    // Beside the body, which single-page sites may replace.
    document.documentElement.append(this.#host);
    if (stored(this.#base)) void this.#load();
  };

  #emit<T extends keyof WidgetEvents>(type: T, detail: WidgetEvents[T]): void {
    if (type === 'unread') this.#badge.textContent = detail ? String(detail) : '';
    this.#label();
    for (const [wanted, handler] of this.#handlers) if (wanted === type) handler(detail as never);
  }

  #label(): void {
    const unread = this.#badge.textContent ? ` (${this.#badge.textContent})` : '';
    this.#button.setAttribute('aria-label', (this.#shown ? this.#texts.close : this.#texts.open) + unread);
    this.#button.setAttribute('aria-expanded', String(this.#shown));
  }

  #say(text: string): void {
    this.#note.className = text ? 'note' : '';
    this.#note.textContent = text;
  }

  /** Loads the panel, once; when it cannot be had, says so to who wanted to see it. */
  #load(): Promise<void> {
    // Some browsers remember a failed module by its address.
    const address = `${this.#base}/${__PANEL__}${this.#failures ? `?${this.#failures}` : ''}`;
    this.#loading ??= (import(/* @vite-ignore */ address) as Promise<PanelModule>).then(
      ({ mount }) => {
        if (!this.#gone) this.#panel = mount(this.#hosting());
      },
      () => {
        this.#failures++;
        this.#loading = undefined;
        if (this.#shown) this.#say(this.#texts.away);
        this.#shown = false;
      },
    );
    return this.#loading;
  }

  #hosting(): PanelHost {
    return {
      base: this.#base,
      root: this.#root,
      options: this.#options,
      emit: (type, detail) => this.#emit(type, detail),
      onClose: () => this.close(),
    };
  }
}

/** Whether the visitor has begun a conversation here before; then answers show in the badge. */
function stored(base: string): boolean {
  try {
    return localStorage.getItem(storageKey(base)) !== null;
  } catch {
    return false; // A page that may keep nothing has no earlier conversation.
  }
}

function bubble(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M21 11.5a8.4 8.4 0 0 1-12 7.6L3 21l1.9-6A8.4 8.4 0 1 1 21 11.5Z');
  svg.append(path);
  return svg;
}

declare global {
  interface Window {
    Brook?: BrookWidget;
  }
}

const script = document.currentScript;
// A second snippet, or the same one after a change of page in a single-page site, changes nothing.
if (script instanceof HTMLScriptElement && script.src && !window.Brook)
  window.Brook = new Loader(new URL(script.src).origin, readOptions(script.dataset));
