import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog';
import { Key } from '../ui/menu';

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);
const COMMAND = MAC ? '⌘' : 'Ctrl';
const ALT = MAC ? '⌥' : 'Alt';

const GROUPS = [
  {
    name: 'everywhere',
    keys: [
      [[COMMAND, 'K'], 'switcher'],
      [[ALT, '↑ ↓'], 'rooms'],
      [[ALT, 'Shift', '↑ ↓'], 'unread'],
      [['?'], 'help'],
      [['Esc'], 'close'],
    ],
  },
  {
    name: 'writing',
    keys: [
      [['Enter'], 'send'],
      [['Shift', 'Enter'], 'line'],
      [['↑'], 'editLast'],
      [['@'], 'mention'],
    ],
  },
  {
    name: 'messages',
    keys: [
      [['↑ ↓'], 'move'],
      [['R'], 'reply'],
      [['E'], 'edit'],
      [['+'], 'react'],
      [['Delete'], 'delete'],
    ],
  },
] as const;

/** Every key that does something. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} wide onClose={onClose}>
      <div className="flex flex-col gap-5">
        {GROUPS.map(({ name, keys }) => (
          <section key={name}>
            <h3 className="mb-1.5 text-xs font-medium text-ink-faint">{t(`shortcuts.${name}`)}</h3>
            <dl className="divide-y divide-line">
              {keys.map(([combination, what]) => (
                <div key={what} className="flex items-center justify-between gap-4 py-1.5 text-sm">
                  <dt>{t(`shortcuts.${what}`)}</dt>
                  <dd className="flex shrink-0 gap-1 whitespace-nowrap">
                    {combination.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
