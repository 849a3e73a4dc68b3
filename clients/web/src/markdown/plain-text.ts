import type { Block, Inline } from './nodes.js';
import { parseMarkdown } from './parse.js';

const inlineText = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => ('text' in node ? node.text : node.kind === 'mention' ? `@${node.name}` : inlineText(node.children)))
    .join('');

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineText(block.children);
    case 'code':
      return block.text;
    case 'quote':
      return block.children.map(blockText).join(' ');
    case 'list':
      return block.items.map(inlineText).join(' · ');
    default:
      return block satisfies never;
  }
}

/** The words of a message on one line, without its marks, for previews and notifications. */
export const plainText = (text: string): string => parseMarkdown(text).map(blockText).join(' ').replace(/\s+/g, ' ').trim();
