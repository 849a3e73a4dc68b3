import type { Message, RoomListItem } from '@brook/common/contracts';
import type { Subscription } from '@brook/sdk';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { toast } from '../ui/toast';
import type { MessageActions } from './actions';

interface Source {
  subscription: Subscription;
  item: RoomListItem | undefined;
  jumpTo: (seq: number) => void;
}

/** The actions of one conversation, and which message is being answered, edited or about to be deleted. */
export function useMessageActions({ subscription, item, jumpTo }: Source) {
  const { t } = useTranslation();
  const brook = useBrook();
  const user = useUser();
  const errorText = useErrorText();
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const [removing, setRemoving] = useState<Message | null>(null);
  const latest = useRef({ t, errorText, jumpTo });
  latest.current = { t, errorText, jumpTo };
  const me = user?.id ?? '';
  const admin = user?.role === 'admin';
  const canWrite = item !== undefined || admin;
  const canModerate = admin || (item !== undefined && item.role !== 'member');

  const actions = useMemo<MessageActions>(() => {
    const { roomId } = subscription;
    const told = (work: Promise<unknown>) => {
      work.catch((error: unknown) => toast(latest.current.errorText(error), 'danger'));
    };
    const copied = async (text: string) => {
      await navigator.clipboard.writeText(text);
      toast(latest.current.t('room.copied'));
    };
    return {
      subscription,
      me,
      canWrite,
      canModerate,
      reply: setReplyTo,
      edit: setEditing,
      remove: setRemoving,
      react: (message, emoji) => {
        const mine = message.reactions.some((reaction) => reaction.emoji === emoji && reaction.userIds.includes(me));
        told(brook.react(roomId, message.seq, emoji, !mine));
      },
      copyText: (message) => told(copied(message.text)),
      copyLink: (message) => told(copied(`${window.location.origin}/rooms/${roomId}?message=${message.seq}`)),
      jumpTo: (seq) => latest.current.jumpTo(seq),
    };
  }, [brook, subscription, me, canWrite, canModerate]);

  return { actions, replyTo, setReplyTo, editing, setEditing, removing, setRemoving };
}
