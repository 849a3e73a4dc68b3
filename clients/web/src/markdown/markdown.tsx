import { candidateNames, type Mentions, ROOM_MENTION } from '@brook/common/contracts';
import { Fragment, memo, type ReactNode } from 'react';
import type { Block, Inline } from './nodes';
import { parseMarkdown } from './parse';

/** For whom the text is drawn, and whom it mentions. */
interface Reader {
  me: string | undefined;
  mentions: Mentions | undefined;
}

interface MarkdownProps {
  text: string;
  /** The reader's id; mentions of oneself stand out. */
  me?: string | undefined;
  /** Whom the text mentions; any other @name is text. */
  mentions?: Mentions | undefined;
  /** Put behind the last word. */
  after?: ReactNode;
}

/** A message's text as React nodes. Nothing is ever handed to the browser as HTML. */
export const Markdown = memo(function Markdown({ text, me, mentions, after }: MarkdownProps) {
  const blocks = parseMarkdown(text);
  const reader = { me, mentions };
  if (isJumbo(text)) {
    return (
      <p data-text className="text-[2rem] leading-tight">
        {text}
        {after}
      </p>
    );
  }
  return (
    <div data-text className="flex flex-col gap-1.5">
      {blocks.map((block, index) => (
        <BlockNode key={index} block={block} reader={reader} after={index === blocks.length - 1 ? after : null} />
      ))}
      {blocks.length === 0 && <p>{after}</p>}
    </div>
  );
});

/** One to three emoji and nothing else are shown large. */
const isJumbo = (text: string): boolean =>
  text.length <= 24 && /^(?:\p{Extended_Pictographic}[\u{FE0F}\u{200D}\u{1F3FB}-\u{1F3FF}]*){1,3}$/u.test(text);

function BlockNode({ block, reader, after }: { block: Block; reader: Reader; after?: ReactNode }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p className="whitespace-pre-wrap">
          <Inlines nodes={block.children} reader={reader} />
          {after}
        </p>
      );
    case 'code':
      return (
        <pre
          // One may have to scroll it with the keyboard.
          tabIndex={0}
          className="scroll-calm max-h-96 overflow-auto rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-[13px] leading-5 [overflow-wrap:normal]"
        >
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote className="flex flex-col gap-1 border-l-3 border-line-strong pl-3 text-ink-soft">
          {block.children.map((child, index) => (
            <BlockNode key={index} block={child} reader={reader} />
          ))}
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index} className="pl-1">
          <Inlines nodes={item} reader={reader} />
        </li>
      ));
      return block.ordered ? (
        <ol start={block.start} className="list-decimal pl-6 marker:text-ink-faint">
          {items}
        </ol>
      ) : (
        <ul className="list-disc pl-5 marker:text-ink-faint">{items}</ul>
      );
    }
    default:
      return block satisfies never;
  }
}

function Inlines({ nodes, reader }: { nodes: readonly Inline[]; reader: Reader }): ReactNode {
  return nodes.map((node, index) => (
    <Fragment key={index}>
      <InlineNode node={node} reader={reader} />
    </Fragment>
  ));
}

function InlineNode({ node, reader }: { node: Inline; reader: Reader }): ReactNode {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
      return (
        <strong className="font-semibold">
          <Inlines nodes={node.children} reader={reader} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines nodes={node.children} reader={reader} />
        </em>
      );
    case 'strike':
      return (
        <s className="text-ink-faint">
          <Inlines nodes={node.children} reader={reader} />
        </s>
      );
    case 'code':
      return (
        <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.875em] ring-1 ring-line ring-inset">{node.text}</code>
      );
    case 'mention':
      return <Mention name={node.name} reader={reader} />;
    case 'link':
      return (
        <a
          href={node.href}
          title={node.href}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
          className="rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
        >
          <Inlines nodes={node.children} reader={reader} />
        </a>
      );
    default:
      return node satisfies never;
  }
}

function Mention({ name, reader: { me, mentions } }: { name: string; reader: Reader }) {
  for (const candidate of candidateNames({ name })) {
    const folded = candidate.normalize('NFKC').toLowerCase();
    const person = mentions?.users.find(({ username }) => username.toLowerCase() === folded);
    const room = mentions?.room === true && folded === ROOM_MENTION;
    if (!person && !room) continue;
    const mine = room || person?.id === me;
    return (
      <>
        <span
          data-mention={mine ? 'me' : 'other'}
          className={`rounded px-0.5 font-medium ${mine ? 'bg-warn-soft text-warn' : 'bg-accent-soft text-accent-ink'}`}
        >
          @{candidate}
        </span>
        {name.slice(candidate.length)}
      </>
    );
  }
  return `@${name}`;
}
