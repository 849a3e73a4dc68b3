import type { Message } from '@brook/common/contracts';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { useActions } from './actions';
import { codePoints } from './code-points';
import { MAX_TEXT, WritingField } from './writing-field';

/** A message's text, changed in its place. Enter saves, Escape leaves it as it was; an empty text asks to delete it. */
export function EditForm({ message }: { message: Message }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const actions = useActions();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(message.text);
  const save = useMutation({
    mutationFn: (next: string) => brook.edit(message.roomId, message.seq, next),
    onSuccess: () => actions.edit(null),
  });
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(message.text.length, message.text.length);
  }, [message.text.length]);

  const submit = () => {
    const next = text.trim();
    if (next === message.text) actions.edit(null);
    else if (next === '') {
      actions.edit(null);
      actions.remove(message);
    } else if (codePoints(next) <= MAX_TEXT) save.mutate(next);
  };
  return (
    <div className="my-1 flex flex-col gap-1.5">
      <div className="rounded-lg border border-accent bg-surface p-0.5">
        <WritingField
          ref={area}
          text={text}
          label={t('room.editLabel')}
          tooLong={codePoints(text.trim()) > MAX_TEXT}
          onWrite={setText}
          onSend={submit}
          onKey={(event) => {
            if (event.key !== 'Escape') return false;
            actions.edit(null);
            return true;
          }}
        />
      </div>
      <div className="flex items-center gap-2">
        <Button size="sm" busy={save.isPending} onClick={submit}>
          {t('room.save')}
        </Button>
        <Button size="sm" look="plain" onClick={() => actions.edit(null)}>
          {t('common.cancel')}
        </Button>
        {save.isError && (
          <span role="alert" className="text-[13px] text-danger">
            {errorText(save.error)}
          </span>
        )}
      </div>
    </div>
  );
}
