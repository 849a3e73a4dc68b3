import type { Conversation } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Dialog } from '../ui/dialog';
import { Notice } from '../ui/notice';
import { useAct } from './queries';
import { fill, useTexts } from './texts';

interface PanelProps {
  conversation: Conversation;
  onDeleted: () => void;
}

/** Who the visitor is, and what an agent may do about the conversation. */
export function VisitorPanel({ conversation, onDeleted }: PanelProps) {
  const texts = useTexts();
  const { visitor } = conversation;
  return (
    <aside
      aria-label={texts.visitor}
      className="scroll-calm flex max-h-72 w-full shrink-0 flex-col gap-5 overflow-y-auto border-line border-t bg-surface p-5 xl:max-h-none xl:w-72 xl:border-t-0 xl:border-l"
    >
      <div className="flex items-center gap-3">
        <Avatar id={visitor.id} name={visitor.displayName} url={visitor.avatarUrl} />
        <div className="min-w-0">
          <p className="truncate font-medium">{visitor.displayName}</p>
          <p className="text-[13px] text-ink-faint">
            {visitor.kind === 'guest' ? texts.guest : `${texts.member} @${visitor.username}`}
          </p>
        </div>
      </div>
      <Facts conversation={conversation} />
      <Acts conversation={conversation} onDeleted={onDeleted} />
    </aside>
  );
}

function Facts({ conversation: { visitor, page, openedAt, room, block } }: Pick<PanelProps, 'conversation'>) {
  const texts = useTexts();
  const { i18n } = useTranslation();
  const time = (at: string) => new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <>
      {block && (
        <Notice look="warn">
          {block.until === null ? texts.blockedForGood : fill(texts.blockedUntil, { time: time(block.until) })}
        </Notice>
      )}
      <dl className="flex flex-col gap-3 text-sm">
        {page !== null && (
          <Fact name={texts.page}>
            <a href={page} target="_blank" rel="noreferrer" className="text-accent-ink underline [overflow-wrap:anywhere]">
              {page}
            </a>
          </Fact>
        )}
        <Fact name={texts.began}>{time(openedAt)}</Fact>
        <Fact name={texts.known}>{time(visitor.createdAt)}</Fact>
        <Fact name={texts.messages}>{room.lastSeq}</Fact>
      </dl>
    </>
  );
}

function Acts({ conversation: { room, state, block, visitor }, onDeleted }: PanelProps) {
  const texts = useTexts();
  const errorText = useErrorText();
  const act = useAct(room.id);
  const [asking, setAsking] = useState<'block' | 'delete' | null>(null);
  const blockUntil = (until: string | null) => {
    act.mutate({ method: 'PUT', what: 'block', body: { until } });
    setAsking(null);
  };
  const next = state === 'open' ? 'closed' : 'open';
  return (
    <>
      {act.error && <Notice look="danger">{errorText(act.error)}</Notice>}
      <div className="flex flex-col gap-2">
        <Button
          look="quiet"
          busy={act.isPending}
          onClick={() => act.mutate({ method: 'PUT', what: 'state', body: { state: next } })}
        >
          {state === 'open' ? texts.close : texts.reopen}
        </Button>
        <Button look="quiet" onClick={() => (block ? act.mutate({ method: 'DELETE', what: 'block' }) : setAsking('block'))}>
          {block ? texts.unblock : texts.block}
        </Button>
        <Button look="danger" onClick={() => setAsking('delete')}>
          {texts.remove}
        </Button>
      </div>
      {asking === 'block' && (
        <BlockDialog guest={visitor.kind === 'guest'} onBlock={blockUntil} onClose={() => setAsking(null)} />
      )}
      {asking === 'delete' && <DeleteDialog roomId={room.id} onDeleted={onDeleted} onClose={() => setAsking(null)} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const HOUR_MS = 3_600_000;

interface BlockDialogProps {
  guest: boolean;
  onBlock: (until: string | null) => void;
  onClose: () => void;
}

function BlockDialog({ guest, onBlock, onClose }: BlockDialogProps) {
  const texts = useTexts();
  const until = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
  return (
    <Dialog title={texts.block} onClose={onClose}>
      <p className="mb-4 text-sm text-ink-soft">
        {texts.blockLead} {guest && texts.blockGuest}
      </p>
      <div className="grid grid-cols-2 gap-2">
        <Button look="quiet" onClick={() => onBlock(until(1))}>
          {texts.hour}
        </Button>
        <Button look="quiet" onClick={() => onBlock(until(24))}>
          {texts.day}
        </Button>
        <Button look="quiet" onClick={() => onBlock(until(24 * 7))}>
          {texts.week}
        </Button>
        <Button look="danger" onClick={() => onBlock(null)}>
          {texts.good}
        </Button>
      </div>
    </Dialog>
  );
}

function DeleteDialog({ roomId, onDeleted, onClose }: { roomId: string; onDeleted: () => void; onClose: () => void }) {
  const texts = useTexts();
  const brook = useBrook();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => brook.call<undefined>({ method: 'DELETE', path: `/rooms/${roomId}` }),
    onSuccess: () => {
      onDeleted();
      void queries.invalidateQueries({ queryKey: ['admin', 'conversations', 'list'] });
    },
  });
  return (
    <ConfirmDialog
      title={texts.remove}
      action={texts.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="text-sm text-ink-soft">{texts.removeLead}</p>
    </ConfirmDialog>
  );
}
