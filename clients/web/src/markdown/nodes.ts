/** What a message's text says, as a tree of plain data. Text in it is text: nothing in it is ever read as HTML. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'code'; text: string }
  /** `href` is http, https or mailto, always. */
  | { kind: 'link'; href: string; children: Inline[] }
  /** `name` as written, without the @; who is meant, and whether anybody is, the message says. */
  | { kind: 'mention'; name: string };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };
