import type { Room } from '@brook/common/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ConsolePage } from './console-page';
import { Search, Table, useList } from './table';
import { useTexts } from './texts';

/** All rooms, private ones too. */
export function RoomsPage() {
  const texts = useTexts();
  const { i18n } = useTranslation();
  const [search, setSearch] = useState('');
  const list = useList<Room>('rooms', search);
  return (
    <ConsolePage title={texts.rooms} aside={<Search value={search} onChange={setSearch} />}>
      <Table
        list={list}
        label={texts.rooms}
        columns={[texts.name, texts.kind, texts.state, texts.people, texts.messages, texts.created]}
        rowKey={({ id }) => id}
        row={({ id, name, kind, visibility, memberCount, lastSeq, createdAt }) => [
          <Link
            key="name"
            to={kind === 'support' ? `/admin/conversations/${id}` : `/rooms/${id}`}
            className="font-medium text-accent-ink underline"
          >
            {name}
          </Link>,
          texts[kind],
          texts[visibility],
          memberCount,
          lastSeq,
          new Date(createdAt).toLocaleDateString(i18n.language),
        ]}
      />
    </ConsolePage>
  );
}
