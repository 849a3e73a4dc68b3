import type { Message } from '@brook/common/contracts';
import { Copy, Ellipsis, Link2, Pencil, Reply, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Menu, MenuItem } from '../ui/menu';
import { useActions } from './actions';
import { ReactButton } from './react-button';

const BUTTON = 'grid size-8 place-items-center rounded-md text-ink-soft hover:bg-hover hover:text-ink [&_svg]:size-4';

/** What one can do with the message under the pointer or the focus. */
export function MessageToolbar({ message }: { message: Message }) {
  const { t } = useTranslation();
  const actions = useActions();
  const own = message.sender.id === actions.me;
  return (
    <div
      role="toolbar"
      aria-label={t('room.actions')}
      className="absolute -top-4 right-4 z-10 flex gap-0.5 rounded-lg border border-line bg-raised p-0.5 shadow-float sm:right-6"
    >
      {actions.canWrite && <QuickReaction message={message} emoji="👍" />}
      {actions.canWrite && <ReactButton message={message} className="size-8 rounded-md" />}
      {actions.canWrite && (
        <Tool label={t('room.reply')} onClick={() => actions.reply(message)}>
          <Reply />
        </Tool>
      )}
      {own && actions.canWrite && (
        <Tool label={t('room.edit')} onClick={() => actions.edit(message)}>
          <Pencil />
        </Tool>
      )}
      <Menu
        trigger={(props) => (
          <button {...props} type="button" aria-label={t('room.more')} title={t('room.more')} className={BUTTON}>
            <Ellipsis />
          </button>
        )}
      >
        <MenuItem icon={<Link2 />} onClick={() => actions.copyLink(message)}>
          {t('room.copyLink')}
        </MenuItem>
        <MenuItem icon={<Copy />} onClick={() => actions.copyText(message)}>
          {t('room.copyText')}
        </MenuItem>
        {((own && actions.canWrite) || actions.canModerate) && (
          <MenuItem icon={<Trash2 />} danger onClick={() => actions.remove(message)}>
            {t('room.delete')}
          </MenuItem>
        )}
      </Menu>
    </div>
  );
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={onClick} className={BUTTON}>
      {children}
    </button>
  );
}

function QuickReaction({ message, emoji }: { message: Message; emoji: string }) {
  const { t } = useTranslation();
  const { react } = useActions();
  const label = t('room.reactWith', { emoji });
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => react(message, emoji)}
      className={`${BUTTON} max-sm:hidden`}
    >
      <span aria-hidden="true" className="font-emoji">
        {emoji}
      </span>
    </button>
  );
}
