import { type Panel, type PanelModule, storageKey, type WidgetEvents, type WidgetOptions } from '../seam';
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

/** Draws the button, and nothing else: no request and no storage before the visitor opens it. */
function start(base: string, options: WidgetOptions): BrookWidget {
  const texts = TEXTS[options.language];
  const handlers = new Set<[string, (detail: never) => void]>();
  const host = document.createElement('brook-widget');
  host.dataset['position'] = options.position;
  host.lang = options.language;
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet needs no permission of the page's policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOADER_STYLES);
  root.adoptedStyleSheets = [sheet];
  host.style.setProperty('--brook', options.colour);
  host.style.setProperty('--on-brook', onColour(options.colour));
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'launch';
  button.append(bubble());
  const badge = document.createElement('div');
  badge.className = 'badge';
  const note = document.createElement('div');
  note.setAttribute('role', 'status');
  root.append(button, badge, note);

  let panel: Panel | undefined;
  let loading: Promise<void> | undefined;
  let failures = 0;
  let shown = false;
  let gone = false;

  const emit = <T extends keyof WidgetEvents>(type: T, detail: WidgetEvents[T]) => {
    if (type === 'unread') badge.textContent = detail ? String(detail) : '';
    label();
    for (const [wanted, handler] of handlers) if (wanted === type) handler(detail as never);
  };
  const label = () => {
    const unread = badge.textContent ? ` (${badge.textContent})` : '';
    button.setAttribute('aria-label', (shown ? texts.close : texts.open) + unread);
    button.setAttribute('aria-expanded', String(shown));
  };
  const say = (text: string) => {
    note.className = text ? 'note' : '';
    note.textContent = text;
  };
  const load = () => {
    loading ??= (import(/* @vite-ignore */ `${base}/${__PANEL__}${failures ? `?${failures}` : ''}`) as Promise<PanelModule>)
      .then(({ mount }) => {
        if (!gone) panel = mount({ base, root, options, emit, onClose: close });
      })
      .catch(() => {
        // Some browsers remember a failed module by its address.
        failures++;
        loading = undefined;
        if (shown) say(texts.away);
        shown = false;
      });
    return loading;
  };
  const open = () => {
    if (gone || shown) return;
    shown = true;
    say('');
    button.setAttribute('aria-busy', 'true');
    void load().then(() => {
      button.removeAttribute('aria-busy');
      if (shown && panel) {
        panel.show();
        emit('open', undefined);
      } else label();
    });
  };
  const close = () => {
    if (!shown) return;
    shown = false;
    panel?.hide();
    emit('close', undefined);
    button.focus();
  };
  const ready = () => {
    if (gone) return;
    label();
    // Beside the body, which single-page sites may replace.
    document.documentElement.append(host);
    if (stored(base)) void load();
  };
  const destroy: BrookWidget['destroy'] = ({ forget = false } = {}) => {
    gone = true;
    shown = false;
    panel?.destroy({ forget });
    panel = undefined;
    handlers.clear();
    host.remove();
    document.removeEventListener('DOMContentLoaded', ready);
    if (window.Brook === api) delete window.Brook;
  };

  button.addEventListener('click', () => (shown ? close() : open()));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready, { once: true });
  else ready();
  const api: BrookWidget = {
    open,
    close,
    on(type, handler) {
      const entry: [string, (detail: never) => void] = [type, handler as (detail: never) => void];
      handlers.add(entry);
      return () => handlers.delete(entry);
    },
    destroy,
  };
  return api;
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
  window.Brook = start(new URL(script.src).origin, readOptions(script.dataset));
