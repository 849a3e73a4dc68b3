import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

const GITHUB = 'https://avatars.githubusercontent.com';
/** A red dot. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4GBgQEAFAQCAdIJ9YkAAAAASUVORK5CYII=',
  'base64',
);

/** Answers the browser's question for a picture, when `there` resolves. @returns which addresses were asked for, and by whom. */
async function gallery(visitor: Visitor, there: Promise<unknown> = Promise.resolve()) {
  const asked: { url: string; referrer: string | undefined }[] = [];
  await visitor.context.route(/^https:/, async (route) => {
    const url = route.request().url();
    asked.push({ url, referrer: route.request().headers()['referer'] });
    await there;
    if (url.includes('/gone')) await route.fulfill({ status: 404 });
    else await route.fulfill({ contentType: 'image/png', body: PICTURE });
  });
  return asked;
}

/** Pictures of people: from GitHub only, over the initials that are there anyway. */
export function picturesSuite(stage: Stage): void {
  describe('pictures of people', () => {
    test('stand beside messages, among the members and in the account menu, and move nothing when they come', async () => {
      const [ada, ben] = await Promise.all([stage.talker(stage.name('ada')), stage.person(stage.name('ben'))]);
      await ada.users.updateMe({ avatarUrl: `${GITHUB}/u/1?v=4` });
      const room = await ada.rooms.create({ name: stage.name('Room ') });
      await ada.send(room.id, 'Do I look well?');
      let show = () => {};
      const asked = await gallery(ben, new Promise<void>((resolve) => (show = resolve)));
      await ben.open(room.id);
      const row = ben.message('Do I look well?');
      const picture = row.locator('img');
      await picture.waitFor({ state: 'attached' });
      expect(await row.locator('[aria-hidden]', { hasText: 'A' }).first().isVisible()).toBe(true);
      const before = await row.boundingBox();
      show();
      const seen = (image: typeof picture) =>
        image.evaluate((element: HTMLImageElement) => element.decode().then(() => element.naturalWidth));
      expect(await seen(picture)).toBe(1);
      await row.locator('img:not(.opacity-0)').waitFor();
      expect(await row.boundingBox()).toEqual(before);
      expect(await seen((await ben.members()).locator('li img'))).toBe(1);
      // One picture serves for all places, and GitHub does not hear where it is shown.
      expect(asked).toEqual([{ url: `${GITHUB}/u/1?v=4&s=72`, referrer: undefined }]);
    });

    test('are initials where there is none, where it is gone, and where it lies elsewhere', async () => {
      const [gone, foreign] = await Promise.all([stage.talker(stage.name('gone')), stage.talker(stage.name('foreign'))]);
      await gone.users.updateMe({ avatarUrl: `${GITHUB}/gone` });
      await foreign.users.updateMe({ avatarUrl: 'https://example.org/who-reads-me.png' });
      const room = await gone.rooms.create({ name: stage.name('Room ') });
      await foreign.rooms.join(room.id);
      const ben = await stage.person(stage.name('ben'));
      const asked = await gallery(ben);
      ben.expect(/404/);
      await gone.send(room.id, 'Mine was taken down');
      await foreign.send(room.id, 'Mine tells who looks');
      await ben.open(room.id);
      await ben.hears('Mine tells who looks');
      const row = ben.message('Mine was taken down');
      await row.locator('img').waitFor({ state: 'detached' });
      await row.locator('[aria-hidden]', { hasText: 'G' }).first().waitFor();
      await ben.message('Mine tells who looks').locator('[aria-hidden]', { hasText: 'F' }).first().waitFor();
      expect(asked.map(({ url }) => new URL(url).origin).filter((origin) => origin !== GITHUB)).toEqual([]);
      expect(await ben.message('Mine tells who looks').locator('img').count()).toBe(0);
    });
  });
}
