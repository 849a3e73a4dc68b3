import type { Room } from '@brook/common/contracts';
import { SearchView } from '../search/search-view';
import { useActions } from './actions';

/** Looks for messages of this room; a hit leads to its place in the conversation. */
export function SearchPanel({ room, onJumped }: { room: Room; onJumped: () => void }) {
  const { jumpTo } = useActions();
  return (
    <SearchView
      roomId={room.id}
      onChoose={(message) => {
        jumpTo(message.seq);
        if (window.matchMedia('(max-width: 64rem)').matches) onJumped();
      }}
    />
  );
}
