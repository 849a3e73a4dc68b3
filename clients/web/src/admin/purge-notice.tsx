import { CheckCircle2, Trash2 } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '../ui/empty-state';
import { usePurge } from './queries';
import { useTexts } from './texts';

/** What is shown in the place of a conversation that is gone; after one's own deletion, whether every trace is. */
export function PurgeNotice({ roomId, deleted }: { roomId: string; deleted: boolean }) {
  const texts = useTexts();
  const purged = usePurge(roomId, deleted).data?.purged === true;
  const title = !deleted ? texts.none : purged ? texts.purged : texts.purging;
  return (
    <div className="grid grow place-items-center" role="status">
      <EmptyState
        icon={purged ? <CheckCircle2 /> : <Trash2 />}
        title={title}
        action={
          <Link to="/admin/conversations" className="text-sm text-accent-ink underline">
            {texts.conversations}
          </Link>
        }
      />
    </div>
  );
}
