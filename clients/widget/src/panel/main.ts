import { SupportConversation } from '../core/conversation';
import type { Panel, PanelHost } from '../seam';
import { h, icon } from './dom';
import { drawLog } from './log';
import { PANEL_STYLES } from './styles';
import { TEXTS } from './texts';
import { Times } from './times';
import { downloadTranscript } from './transcript';

const MAX_LENGTH = 4_000;
/** So near the end, a new message keeps the end in sight; pixels. */
const NEAR_END = 60;

/** Builds the panel into the loader's root, hidden; nothing is sent before it is shown, unless the visitor has a session. */
export function mount({ base, root, options, emit, onClose }: PanelHost): Panel {
  const texts = TEXTS[options.language];
  const times = new Times(options.language, texts);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PANEL_STYLES);
  const before = root.adoptedStyleSheets;
  root.adoptedStyleSheets = [...before, sheet];
  (root.host as HTMLElement).dataset['theme'] = options.theme;

  const title = h('h2');
  const there = h('p', { class: 'there' });
  const save = h(
    'button',
    { type: 'button', class: 'icon', 'aria-label': texts.transcript, title: texts.transcript, onclick: () => void transcript() },
    icon('M12 4v11m0 0 5-5m-5 5-5-5M5 20h14'),
  );
  const leave = h(
    'button',
    { type: 'button', class: 'icon', 'aria-label': texts.close, title: texts.close, onclick: onClose },
    icon('M6 6l12 12M18 6 6 18'),
  );
  const log = h('div', { class: 'log', role: 'log', 'aria-label': texts.conversation, tabindex: '0' });
  const typing = h('div', { class: 'typing', role: 'status' });
  const info = h('div', { class: 'info', role: 'status' });
  const name = h('input', { 'aria-label': texts.name, placeholder: texts.name, maxlength: '64', autocomplete: 'name' });
  const field = h('textarea', { 'aria-label': texts.write, placeholder: texts.write, rows: '1', maxlength: String(MAX_LENGTH) });
  const submit = h('button', { type: 'submit', class: 'send', 'aria-label': texts.send }, icon('M4 12 20 5l-5 15-4-6-7-2Z'));
  const form = h('form', {}, name, field, submit);
  const panel = h(
    'section',
    { class: 'panel', role: 'dialog', hidden: true },
    h('header', {}, h('div', {}, title, there), save, leave),
    log,
    typing,
    info,
    form,
  );
  root.prepend(panel);

  let shown = false;
  let unread = 0;
  let frame = 0;
  const conversation = new SupportConversation(base, {
    changed: () => {
      frame ||= requestAnimationFrame(draw);
      // A hidden page gets no frames, but its badge must not wait.
      if (document.hidden || !shown) badge();
    },
    heard: (text) => emit('message', { text }),
  });

  function badge(): void {
    const now = conversation.view().unread;
    if (now === unread) return;
    unread = now;
    emit('unread', now);
  }

  function draw(): void {
    frame = 0;
    const view = conversation.view();
    title.textContent = options.title || view.title || texts.title;
    panel.setAttribute('aria-label', title.textContent);
    there.textContent = view.agentsOnline ? texts.online : texts.offline;
    there.toggleAttribute('data-on', view.agentsOnline);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    const from = log.scrollHeight - log.scrollTop;
    drawLog(
      log,
      { ...view, greeting: options.greeting || view.greeting },
      { texts, times, onOlder: () => void older(), onRetry: (id) => conversation.retry(id) },
    );
    log.scrollTop = atEnd ? log.scrollHeight : log.scrollHeight - from;
    typing.textContent = view.typing ? texts.typing.replace('{name}', view.typing) : '';
    info.textContent = view.away ? texts.away : view.blocked ? texts.blocked : view.closed ? texts.closed : '';
    name.hidden = view.begun || view.pending.length > 0;
    submit.disabled = field.value.trim() === '';
    save.disabled = view.messages.length === 0;
    if (shown && document.visibilityState === 'visible') conversation.readAll();
    badge();
  }

  async function older(): Promise<void> {
    // What could not be fetched stays to be asked for again.
    await conversation.older().catch(() => undefined);
  }

  async function transcript(): Promise<void> {
    const shownNow = conversation.view();
    const messages = await conversation.all().catch(() => shownNow.messages);
    downloadTranscript(messages, { userId: shownNow.userId, texts, times });
  }

  function send(event?: Event): void {
    event?.preventDefault();
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    log.scrollTop = log.scrollHeight;
    conversation.send(text, name.value);
  }

  form.addEventListener('submit', send);
  field.addEventListener('input', () => {
    submit.disabled = field.value.trim() === '';
    if (field.value.trim()) conversation.type();
  });
  field.addEventListener('keydown', (event) => {
    // Enter belongs to the input method while it composes.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) onClose();
    // Shortcuts of the page are not meant for who writes here.
    event.stopPropagation();
  });
  const seen = () => {
    if (shown) draw();
  };
  document.addEventListener('visibilitychange', seen);

  return {
    show() {
      shown = true;
      panel.hidden = false;
      conversation.watch(true);
      draw();
      log.scrollTop = log.scrollHeight;
      field.focus();
    },
    hide() {
      shown = false;
      panel.hidden = true;
      conversation.watch(false);
    },
    destroy({ forget }) {
      cancelAnimationFrame(frame);
      document.removeEventListener('visibilitychange', seen);
      conversation.stop({ forget });
      panel.remove();
      root.adoptedStyleSheets = before;
    },
  };
}
