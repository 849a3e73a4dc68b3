import type { Message } from '@brook/common/contracts';
import { h } from './dom';
import type { Texts } from './texts';
import type { Times } from './times';

/** Hands the visitor the conversation as a text file. */
export function downloadTranscript(
  messages: Message[],
  { userId, texts, times }: { userId: string | null; texts: Texts; times: Times },
): void {
  const lines = messages.map(({ sender, createdAt, text, deletedAt }) => {
    const name = sender.id === userId ? texts.you : sender.displayName;
    return `[${times.full(createdAt)}] ${name}: ${deletedAt ? texts.deleted : text}`;
  });
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain;charset=utf-8' }));
  h('a', { href: url, download: `chat-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
