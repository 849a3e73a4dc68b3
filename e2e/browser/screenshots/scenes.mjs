/** Waits until nothing moves any more: the last frame of a transition is not what people see. */
const calm = (page) =>
  page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));

/** Every page and overlay: what leads there from a page where Dana is signed in (or nobody is), and what shows that it is there. */
export const SCENES = [
  { name: 'home', visitor: true, open: (page) => page.goto('/'), there: 'h1' },
  { name: 'sign-up', visitor: true, open: (page) => page.goto('/sign-up'), there: 'input[name=password]' },
  { name: 'enter', visitor: true, open: (page) => page.goto('/enter'), there: 'input[name=password]' },
  { name: 'not-found', visitor: true, open: (page) => page.goto('/nowhere'), there: 'main a' },
  { name: 'rooms', open: (page) => page.goto('/rooms'), there: 'nav a[href*="/rooms/0"]' },
  { name: 'discover', open: (page) => page.goto('/rooms/discover'), there: 'main li' },
  {
    name: 'room',
    open: async (page, { river }) => {
      await page.goto(`/rooms/${river.id}`);
      // Where there is room for them, the members stand beside it.
      if (page.viewportSize().width >= 1280) await page.locator('main aside li').nth(2).waitFor();
    },
    there: 'article >> nth=6',
  },
  {
    name: 'members',
    open: async (page, { river }) => {
      await page.goto(`/rooms/${river.id}`);
      await page.locator('article').nth(6).waitFor();
      const button = page.locator('main header button[aria-pressed]').nth(1);
      if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    },
    there: 'main aside li >> nth=2',
  },
  {
    name: 'message-menu',
    open: async (page, { river }) => {
      await page.goto(`/rooms/${river.id}`);
      await page.locator('article').nth(4).hover();
      await page.locator('[role=toolbar] [data-react]').click();
    },
    there: '[popover] [role=dialog] button',
  },
  {
    name: 'search',
    open: async (page) => {
      await page.goto('/search');
      await page.locator('main input[type=search]').fill('the');
    },
    there: 'main mark',
  },
  { name: 'mentions', open: (page) => page.goto('/mentions'), there: 'main li' },
  { name: 'settings', open: (page) => page.goto('/settings'), there: 'main section li' },
  {
    name: 'switcher',
    open: async (page) => {
      await page.goto('/rooms/discover');
      await page.locator('main li').first().waitFor();
      await page.keyboard.press('Control+k');
    },
    there: 'dialog [role=option]',
  },
  {
    name: 'shortcuts',
    open: async (page) => {
      await page.goto('/rooms/discover');
      await page.locator('main li').first().waitFor();
      await page.locator('main h1').click();
      await page.keyboard.press('?');
    },
    there: 'dialog dl',
  },
  {
    name: 'create-room',
    open: async (page) => {
      await page.goto('/rooms/discover');
      await page.locator('main header button').click();
    },
    there: 'dialog form',
  },
];

/** Opens the scene and resolves when it is there. */
export async function show(page, scene, facts) {
  await scene.open(page, facts);
  await page.locator(scene.there).first().waitFor();
  // The panels beside it, too.
  await page.waitForFunction(() => !document.querySelector('[role=status] > .breathe'));
  await calm(page);
}
