/** How the widget looks and speaks on this page, from the snippet's `data-` attributes. */
export interface WidgetOptions {
  /** `#rrggbb`. */
  colour: string;
  position: 'left' | 'right';
  theme: 'auto' | 'light' | 'dark';
  language: 'en' | 'ko';
  /** Empty: what the server's settings say. */
  title: string;
  greeting: string;
}

/** What a page may listen to. */
export interface WidgetEvents {
  open: undefined;
  close: undefined;
  /** A message of an agent came. */
  message: { text: string };
  /** Messages that the visitor has not seen. */
  unread: number;
}

/** What the panel is given by the loader. */
export interface PanelHost {
  /** Origin of the server, without a slash at its end. */
  base: string;
  root: ShadowRoot;
  options: WidgetOptions;
  emit<T extends keyof WidgetEvents>(type: T, detail: WidgetEvents[T]): void;
  /** The visitor closes the panel. */
  onClose(): void;
}

/** What the loader may ask of the panel. */
export interface Panel {
  show(): void;
  hide(): void;
  /** Ends sockets and timers and removes what it drew; `forget` also ends the session. */
  destroy(options: { forget: boolean }): void;
}

/** What the panel's module exports. */
export interface PanelModule {
  mount(host: PanelHost): Panel;
}

/** Name of this server's record in the page's storage. */
export const storageKey = (base: string): string => `brook-widget ${base}`;
