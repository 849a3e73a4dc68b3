import type { Inline } from './nodes.js';
import { safeLink } from './safe-link.js';

type Style = 'bold' | 'italic' | 'strike';

/** A style that has begun and not ended; `mark` is what is shown if it never does. */
interface Frame {
  style: Style | null;
  mark: string;
  nodes: Inline[];
}

const MARKS: readonly { mark: string; style: Style }[] = [
  { mark: '**', style: 'bold' },
  { mark: '~~', style: 'strike' },
  { mark: '*', style: 'italic' },
  { mark: '_', style: 'italic' },
];
const ADDRESS = /(?:https?:\/\/|mailto:)[^\s<>"]+/iy;
/** As the server looks for names; whether there is such a person, the message says. */
const MENTION = /@[\p{L}\p{N}_.-][\p{L}\p{M}\p{N}_.-]*/uy;
/** Signs that end a sentence rather than an address or a name. */
const TRAILING = /[.,;:!?'")\]}。、，！？*_~-]$/;
const WORD = /[\p{L}\p{M}\p{N}_.@-]/u;
const ASCII_WORD = /[A-Za-z0-9_]/;

/**
 * Bold, italic, strike, code, links and mentions of one piece of text. Linear in its length: each sign is looked at
 * once, no style is open twice at a time, and what has been searched for in vain is not searched for again.
 */
export function parseInline(text: string, links = true): Inline[] {
  return new InlineParser(text, links).parse();
}

class InlineParser {
  readonly #text: string;
  readonly #links: boolean;
  readonly #ends = new Map<string, number>();
  #frames: Frame[] = [{ style: null, mark: '', nodes: [] }];
  #at = 0;
  /** Where the plain text that is not in a node yet begins. */
  #plain = 0;

  constructor(text: string, links: boolean) {
    this.#text = text;
    this.#links = links;
  }

  parse(): Inline[] {
    while (this.#at < this.#text.length) if (!this.#step()) this.#at++;
    this.#flush();
    while (this.#frames.length > 1) this.#giveUp();
    return this.#frames[0]?.nodes ?? [];
  }

  /** Takes what stands here, if it is more than text. */
  #step(): boolean {
    switch (this.#text[this.#at]) {
      case '`':
        return this.#code();
      case '*':
      case '_':
      case '~':
        return this.#style();
      case '[':
        return this.#links && this.#labelled();
      case '@':
        return this.#mention();
      case 'h':
      case 'H':
      case 'm':
      case 'M':
        return this.#links && this.#bare();
      case '\\':
        return this.#escaped();
      default:
        return false;
    }
  }

  #code(): boolean {
    let length = 1;
    while (this.#text[this.#at + length] === '`') length++;
    const fence = '`'.repeat(length);
    const from = this.#at + length;
    const to = this.#find(fence, from);
    if (to === -1 || to === from) {
      this.#at = from;
      return true;
    }
    const inner = this.#text.slice(from, to);
    this.#put({ kind: 'code', text: inner.length > 2 ? inner.replace(/^ (.*) $/s, '$1') : inner }, to + length);
    return true;
  }

  #style(): boolean {
    const found = this.#markHere();
    if (!found) return false;
    const { mark, style } = found;
    const before = this.#text[this.#at - 1] ?? ' ';
    const after = this.#text[this.#at + mark.length] ?? ' ';
    const inWord = mark === '_' || mark === '*';
    const closes = !/\s/.test(before) && !(inWord && ASCII_WORD.test(after));
    const opens = !/\s/.test(after) && !(inWord && ASCII_WORD.test(before));
    const open = this.#frames.findLastIndex((frame) => frame.style === style && frame.mark === mark);
    if (closes && open > 0) return this.#close(open, mark);
    if (!opens || this.#frames.some((frame) => frame.style === style)) {
      this.#at += mark.length;
      return true;
    }
    this.#flush();
    this.#at += mark.length;
    this.#plain = this.#at;
    this.#frames.push({ style, mark, nodes: [] });
    return true;
  }

  /** The longest mark here; of three stars the one that fits what was opened last. */
  #markHere(): { mark: string; style: Style } | undefined {
    const top = this.#frames.at(-1);
    if (top?.mark === '*' && this.#text.startsWith('***', this.#at)) return MARKS[2];
    return MARKS.find(({ mark }) => this.#text.startsWith(mark, this.#at));
  }

  #close(index: number, mark: string): boolean {
    this.#flush();
    while (this.#frames.length - 1 > index) this.#giveUp();
    const frame = this.#frames.pop();
    if (frame?.style) this.#put({ kind: frame.style, children: frame.nodes }, this.#at + mark.length);
    return true;
  }

  /** The style that was begun last never ended: its mark is text, and what it holds belongs to the one around it. */
  #giveUp(): void {
    const frame = this.#frames.pop();
    const outer = this.#frames.at(-1);
    if (!frame || !outer) return;
    addText(outer.nodes, frame.mark);
    for (const node of frame.nodes) node.kind === 'text' ? addText(outer.nodes, node.text) : outer.nodes.push(node);
  }

  /** `[words](address)`. */
  #labelled(): boolean {
    const middle = this.#find('](', this.#at + 1);
    if (middle === -1) return false;
    const end = this.#find(')', middle + 2);
    const label = this.#text.slice(this.#at + 1, middle);
    if (end === -1 || label.trim() === '' || label.includes('\n') || label.includes('[')) return false;
    const href = safeLink(this.#text.slice(middle + 2, end).trim());
    if (href === null) return false;
    this.#put({ kind: 'link', href, children: parseInline(label, false) }, end + 1);
    return true;
  }

  #bare(): boolean {
    if (/[\p{L}\p{N}_]/u.test(this.#text[this.#at - 1] ?? ' ')) return false;
    ADDRESS.lastIndex = this.#at;
    const found = ADDRESS.exec(this.#text)?.[0];
    if (found === undefined) return false;
    const address = withoutTrailing(found);
    const href = safeLink(address);
    if (href === null) {
      this.#at += found.length;
      return true;
    }
    this.#put({ kind: 'link', href, children: [{ kind: 'text', text: address }] }, this.#at + address.length);
    return true;
  }

  #mention(): boolean {
    if (WORD.test(this.#text[this.#at - 1] ?? ' ')) return false;
    MENTION.lastIndex = this.#at;
    const found = MENTION.exec(this.#text)?.[0];
    if (found === undefined) return false;
    this.#put({ kind: 'mention', name: found.slice(1) }, this.#at + found.length);
    return true;
  }

  /** A backslash makes the sign after it plain. */
  #escaped(): boolean {
    if (!/[\\`*_~[\]@>#-]/.test(this.#text[this.#at + 1] ?? '')) return false;
    this.#flush();
    this.#plain = this.#at + 1;
    this.#at += 2;
    return true;
  }

  /** Where `sign` stands from `from` on, or -1. Each sign's last find is kept, so that all searches together are one pass. */
  #find(sign: string, from: number): number {
    const known = this.#ends.get(sign);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    const found = this.#text.indexOf(sign, from);
    this.#ends.set(sign, found);
    return found;
  }

  #flush(): void {
    const frame = this.#frames.at(-1);
    if (frame && this.#at > this.#plain) addText(frame.nodes, this.#text.slice(this.#plain, this.#at));
    this.#plain = this.#at;
  }

  #put(node: Inline, end: number): void {
    this.#flush();
    this.#frames.at(-1)?.nodes.push(node);
    this.#at = end;
    this.#plain = end;
  }
}

function addText(nodes: Inline[], text: string): void {
  const last = nodes.at(-1);
  if (last?.kind === 'text') last.text += text;
  else if (text !== '') nodes.push({ kind: 'text', text });
}

/** Without the signs that end the sentence; a closing bracket stays where the address opened one. */
function withoutTrailing(text: string): string {
  let end = text.length;
  let brackets = 0;
  for (const sign of text) brackets += sign === '(' ? 1 : sign === ')' ? -1 : 0;
  while (end > 0 && TRAILING.test(text[end - 1] ?? '')) {
    if (text[end - 1] === ')' && brackets++ >= 0) break;
    end--;
  }
  return text.slice(0, end);
}
