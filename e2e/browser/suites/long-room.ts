import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

const LENGTH = 10_000;

/** What was seen on the way up through a room. */
interface Ascent {
  /** Distinct messages that stood in the view. */
  seen: number;
  /** Frames in which less than half of the view was filled. */
  blanks: string[];
  /** Most messages in the page at once. */
  drawn: number;
  /** Frames in which what one reads stood further off than by one step of scrolling, which a page that comes may swallow. */
  jumps: string[];
}

/**
 * Goes up through the room, most of a view a frame, as fast as pages come, and looks at each frame. Runs in the page: ten
 * thousand messages are many views, and each would be a way to the browser and back.
 */
async function ascend(): Promise<Ascent> {
  const list = document.querySelector('[role=log]') as HTMLElement;
  const view = list.getBoundingClientRect();
  const rows = () =>
    [...list.querySelectorAll<HTMLElement>('article[data-seq]')].map((row) => ({ row, box: row.getBoundingClientRect() }));
  const seen = new Set<string | null>();
  const ascent: Ascent = { seen: 0, blanks: [], drawn: 0, jumps: [] };
  let held: { row: HTMLElement; top: number; by: number } | undefined;
  for (let waited = 0; waited < 1_000 && !seen.has('1'); waited++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const drawn = rows();
    const shown = drawn.filter(({ box }) => box.bottom > view.top && box.top < view.bottom);
    const place = `${list.scrollTop} of ${list.scrollHeight}`;
    ascent.drawn = Math.max(ascent.drawn, drawn.length);
    for (const { row } of shown) seen.add(row.getAttribute('data-seq'));
    if (shown.reduce((sum, { box }) => sum + box.height, 0) < view.height / 2) ascent.blanks.push(`${shown.length} at ${place}`);
    const off = held?.row.isConnected ? Math.abs(held.row.getBoundingClientRect().top - held.top) : 0;
    // The first of a page loses the line of its day when another page comes above it.
    if (held && off > held.by + 120) ascent.jumps.push(`by ${off} at ${place}`);
    const by = Math.min(list.scrollTop, view.height * 0.8);
    if (by > 0) waited = 0;
    const [first] = shown;
    held = first && { row: first.row, top: first.row.getBoundingClientRect().top + by, by };
    list.dispatchEvent(new WheelEvent('wheel', { deltaY: -by }));
    list.scrollBy({ top: -by });
  }
  ascent.seen = seen.size;
  return ascent;
}

/** A room that has been used for years. */
export function longRoomSuite(stage: Stage): void {
  describe(`a room of ${LENGTH} messages`, () => {
    test('is gone through from its end to its beginning: nothing blank, nothing left out, and what one reads holds its place', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      await stage.fill(owner, room.id, LENGTH);
      const ada = await stage.person(stage.name('ada'));
      await ada.open(room.id);
      await ada.message(`line ${LENGTH}`).waitFor();
      const ascent = await ada.page.evaluate(ascend);
      expect(ascent).toMatchObject({ seen: LENGTH, blanks: [], jumps: [] });
      expect(ascent.drawn).toBeLessThan(80);

      // News does not take away what one reads.
      await owner.send(room.id, 'news');
      await ada.page.getByRole('button', { name: '1 new message' }).waitFor();
      expect(await ada.page.locator('article[data-seq="1"]').isVisible()).toBe(true);
      await ada.page.getByRole('button', { name: '1 new message' }).click();
      await ada.hears('news');
    }, 240_000);
  });
}
