import { h, icon } from './dom';
import type { Texts } from './texts';

const MAX_LENGTH = 4_000;

/** The parts of the panel that change. */
export interface Frame {
  panel: HTMLElement;
  title: HTMLElement;
  there: HTMLElement;
  save: HTMLButtonElement;
  log: HTMLElement;
  typing: HTMLElement;
  info: HTMLElement;
  /** Who the visitor is, and how to change that. */
  me: HTMLElement;
  myName: HTMLElement;
  signIn: HTMLButtonElement;
  form: HTMLFormElement;
  name: HTMLInputElement;
  field: HTMLTextAreaElement;
  submit: HTMLButtonElement;
}

interface FrameHandlers {
  onSave: () => void;
  onClose: () => void;
  onSignIn: () => void;
}

/** Builds the panel, hidden and empty. */
export function buildFrame(texts: Texts, { onSave, onClose, onSignIn }: FrameHandlers): Frame {
  const title = h('h2');
  const there = h('p', { class: 'there' });
  const save = iconButton(texts.transcript, 'M12 4v11m0 0 5-5m-5 5-5-5M5 20h14', onSave);
  const leave = iconButton(texts.close, 'M6 6l12 12M18 6 6 18', onClose);
  const log = h('div', { class: 'log', role: 'log', 'aria-label': texts.conversation, tabindex: '0' });
  const typing = h('div', { class: 'typing', role: 'status' });
  const info = h('div', { class: 'info', role: 'status' });
  const myName = h('span');
  const signIn = h('button', { type: 'button', onclick: onSignIn });
  const me = h('div', { class: 'me', hidden: true }, myName, signIn);
  const name = h('input', { 'aria-label': texts.name, placeholder: texts.name, maxlength: '64', autocomplete: 'name' });
  const field = h('textarea', {
    'aria-label': texts.write,
    placeholder: texts.write,
    rows: '1',
    maxlength: String(MAX_LENGTH),
  });
  const submit = h('button', { type: 'submit', class: 'send', 'aria-label': texts.send }, icon('M4 12 20 5l-5 15-4-6-7-2Z'));
  const form = h('form', {}, name, field, submit);
  const header = h('header', {}, h('div', {}, title, there), save, leave);
  const panel = h('section', { class: 'panel', role: 'dialog', hidden: true }, header, log, typing, info, me, form);
  return { panel, title, there, save, log, typing, info, me, myName, signIn, form, name, field, submit };
}

const iconButton = (label: string, path: string, onclick: () => void): HTMLButtonElement =>
  h('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick }, icon(path));
