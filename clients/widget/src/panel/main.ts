import { SupportConversation } from '../core/conversation';
import type { View } from '../core/view';
import type { Panel, PanelHost } from '../seam';
import { buildFrame, type Frame } from './frame';
import { drawLog } from './log';
import { PANEL_STYLES } from './styles';
import { TEXTS, type Texts } from './texts';
import { Times } from './times';
import { downloadTranscript } from './transcript';

/** So near the end, a new message keeps the end in sight; pixels. */
const NEAR_END = 60;

/** Builds the panel into the loader's root, hidden; nothing is sent before it is shown, unless the visitor has a session. */
export const mount = (host: PanelHost): Panel => new PanelView(host);

class PanelView implements Panel {
  readonly #host: PanelHost;
  readonly #texts: Texts;
  readonly #times: Times;
  readonly #frame: Frame;
  readonly #sheets: CSSStyleSheet[];
  readonly #conversation: SupportConversation;
  #shown = false;
  #unread = 0;
  #drawing = 0;

  constructor(host: PanelHost) {
    const { base, root, options, emit, onClose } = host;
    this.#host = host;
    this.#texts = TEXTS[options.language];
    this.#times = new Times(options.language, this.#texts);
    this.#frame = buildFrame(this.#texts, { onSave: () => void this.#save(), onClose, onSignIn: () => this.#signIn() });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(PANEL_STYLES);
    this.#sheets = root.adoptedStyleSheets;
    root.adoptedStyleSheets = [...this.#sheets, sheet];
    (root.host as HTMLElement).dataset['theme'] = options.theme;
    root.prepend(this.#frame.panel);
    this.#listen();
    this.#conversation = new SupportConversation(base, {
      changed: () => this.#changed(),
      heard: (text) => emit('message', { text }),
    });
  }

  show(): void {
    const { panel, log, field } = this.#frame;
    this.#shown = true;
    panel.hidden = false;
    this.#conversation.watch(true);
    this.#draw();
    log.scrollTop = log.scrollHeight;
    field.focus();
  }

  hide(): void {
    this.#shown = false;
    this.#frame.panel.hidden = true;
    this.#conversation.watch(false);
  }

  destroy({ forget }: { forget: boolean }): void {
    this.#shown = false;
    cancelAnimationFrame(this.#drawing);
    document.removeEventListener('visibilitychange', this.#seen);
    this.#conversation.stop({ forget });
    this.#frame.panel.remove();
    this.#host.root.adoptedStyleSheets = this.#sheets;
  }

  #listen(): void {
    const { panel, form, field, submit } = this.#frame;
    form.addEventListener('submit', (event) => this.#send(event));
    field.addEventListener('input', () => {
      submit.disabled = field.value.trim() === '';
      if (!submit.disabled) this.#conversation.type();
    });
    field.addEventListener('keydown', (event) => {
      // Enter belongs to the input method while it composes.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#send(event);
    });
    panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing) this.#host.onClose();
      // Shortcuts of the page are not meant for who writes here.
      event.stopPropagation();
    });
    document.addEventListener('visibilitychange', this.#seen);
  }

  readonly #seen = () => {
    if (this.#shown) this.#draw();
  };

  #changed(): void {
    this.#drawing ||= requestAnimationFrame(() => this.#draw());
    // A hidden page gets no frames, but its badge must not wait.
    if (document.hidden || !this.#shown) this.#badge();
  }

  #badge(): void {
    const { unread } = this.#conversation.view();
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.#host.emit('unread', unread);
  }

  #draw(): void {
    this.#drawing = 0;
    const { options } = this.#host;
    const view = this.#conversation.view();
    const { panel, title, there, log, typing, info, name, field, submit, save } = this.#frame;
    const texts = this.#texts;
    title.textContent = options.title || view.title || texts.title;
    panel.setAttribute('aria-label', title.textContent);
    there.textContent = view.agentsOnline ? texts.online : texts.offline;
    there.toggleAttribute('data-on', view.agentsOnline);
    const fromEnd = log.scrollHeight - log.scrollTop;
    const atEnd = fromEnd - log.clientHeight < NEAR_END;
    drawLog(log, { ...view, greeting: options.greeting || view.greeting || texts.greeting }, this.#logOptions());
    log.scrollTop = atEnd ? log.scrollHeight : log.scrollHeight - fromEnd;
    typing.textContent = view.typing ? texts.typing.replace('{name}', view.typing) : '';
    info.textContent = noteOf(view, texts);
    this.#drawMe(view);
    name.hidden = view.begun || view.pending.length > 0;
    submit.disabled = field.value.trim() === '';
    save.disabled = view.messages.length === 0;
    if (this.#shown && document.visibilityState === 'visible') this.#conversation.readAll();
    this.#badge();
  }

  #drawMe({ name, signIn, pending }: View): void {
    const { me, myName, signIn: button } = this.#frame;
    const texts = this.#texts;
    me.hidden = !signIn && name === null;
    myName.textContent = name === null ? '' : texts.signedIn.replace('{name}', () => name);
    button.textContent = name === null ? texts.signIn : texts.signOut;
    // What is on its way belongs to who wrote it.
    button.disabled = pending.length > 0;
  }

  #signIn(): void {
    const { signIn } = this.#conversation;
    if (this.#conversation.view().name !== null) signIn.leave();
    else void signIn.enter(this.#host.options.language);
  }

  #logOptions() {
    return {
      texts: this.#texts,
      times: this.#times,
      // What could not be fetched stays to be asked for again.
      onOlder: () => void this.#conversation.older().catch(() => undefined),
      onRetry: (clientId: string) => this.#conversation.retry(clientId),
    };
  }

  async #save(): Promise<void> {
    const { userId, messages } = this.#conversation.view();
    const all = await this.#conversation.all().catch(() => messages);
    downloadTranscript(all, { userId, texts: this.#texts, times: this.#times });
  }

  #send(event: Event): void {
    event.preventDefault();
    const { field, name, log } = this.#frame;
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    log.scrollTop = log.scrollHeight;
    this.#conversation.send(text, name.value);
  }
}

/** The one note above the field; what the visitor just tried comes first. */
function noteOf({ signInFailure, away, blocked, closed }: View, texts: Texts): string {
  if (signInFailure === 'popup') return texts.signInPopup;
  if (signInFailure === 'closed') return texts.signInClosed;
  if (signInFailure === 'forbidden' || signInFailure === 'blocked') return texts.signInForbidden;
  if (signInFailure !== '') return texts.signInFailed;
  return away ? texts.away : blocked ? texts.blocked : closed ? texts.closed : '';
}
