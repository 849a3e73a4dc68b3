import type { User } from '@brook/common/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { faultyFields, useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toast';
import { Section } from './section';

/** How others see one. */
export function ProfileSettings({ user }: { user: User }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const [name, setName] = useState(user.displayName);
  const save = useMutation({
    mutationFn: () => brook.users.updateMe({ displayName: name.trim() }),
    onSuccess: () => toast(t('settings.saved')),
  });
  const faulty = faultyFields(save.error).has('displayName');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={t('settings.profile')} hint={t('settings.profileHint')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="flex items-center gap-3">
          <Avatar id={user.id} name={name || user.displayName} url={user.avatarUrl} />
          <p className="text-sm text-ink-faint">@{user.username}</p>
        </div>
        <Field
          label={t('fields.displayName')}
          hint={t('fields.displayNameHint')}
          error={faulty && t('fields.displayNameHint')}
          autoComplete="nickname"
          maxLength={64}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {save.isError && !faulty && <Notice look="danger">{errorText(save.error)}</Notice>}
        <Button
          type="submit"
          className="self-start"
          busy={save.isPending}
          disabled={name.trim() === '' || name.trim() === user.displayName}
        >
          {t('room.save')}
        </Button>
      </form>
    </Section>
  );
}
