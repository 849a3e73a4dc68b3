import type { Room } from '@brook/common/contracts';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { faultyFields, useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';

type RoomWords = Pick<Room, 'name' | 'topic'>;

interface RoomFormProps {
  /** What the fields begin with. */
  room?: RoomWords;
  /** What the button says. */
  action: string;
  busy: boolean;
  /** Why it did not work; faults of a field are told at the field. */
  error: Error | null;
  /** Told without white space around. */
  onSubmit: (words: RoomWords) => void;
  onCancel: () => void;
  /** More fields. */
  children?: ReactNode;
}

/** A room's name and topic, of a new one or of one that is there. */
export function RoomForm({ room, action, busy, error, onSubmit, onCancel, children }: RoomFormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState(room?.name ?? '');
  const [topic, setTopic] = useState(room?.topic ?? '');
  const faults = faultyFields(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name: name.trim(), topic: topic.trim() });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <Field
        label={t('fields.name')}
        error={faults.has('name') && t('fields.nameHint')}
        required
        maxLength={100}
        autoFocus
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t('fields.topic')}
        error={faults.has('topic') && t('fields.topicHint')}
        optional
        maxLength={500}
        autoComplete="off"
        value={topic}
        onChange={(event) => setTopic(event.target.value)}
      />
      {children}
      {error && faults.size === 0 && <Notice look="danger">{errorText(error)}</Notice>}
      <div className="flex justify-end gap-2">
        <Button look="plain" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" busy={busy} disabled={name.trim() === ''}>
          {action}
        </Button>
      </div>
    </form>
  );
}
