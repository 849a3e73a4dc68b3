import type { AuditEntry } from '@brook/common/contracts';
import { useTranslation } from 'react-i18next';
import { ConsolePage } from './console-page';
import { Table, useList } from './table';
import { useTexts } from './texts';

/** Who did what to whom, newest first. */
export function AuditPage() {
  const texts = useTexts();
  const { i18n } = useTranslation();
  const list = useList<AuditEntry>('audit');
  return (
    <ConsolePage title={texts.audit}>
      <Table
        list={list}
        label={texts.audit}
        columns={[texts.when, texts.who, texts.what, texts.whom, 'IP']}
        rowKey={({ id }) => id}
        row={({ at, actor, action, target, ip }) => [
          <time key="at" dateTime={at} className="whitespace-nowrap">
            {new Date(at).toLocaleString(i18n.language, { dateStyle: 'short', timeStyle: 'medium' })}
          </time>,
          actor?.username ?? texts.nobody,
          <code key="action" className="text-[13px]">
            {action}
          </code>,
          target ? (target.name ?? target.id) : '',
          ip ?? '',
        ]}
      />
    </ConsolePage>
  );
}
