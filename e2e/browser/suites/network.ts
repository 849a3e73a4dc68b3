import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

/** A network that can be cut: no socket gets through while `blocked`. */
async function cuttable(visitor: Visitor): Promise<{ blocked: boolean }> {
  const network = { blocked: false };
  await visitor.context.routeWebSocket(/\/ws$/, (socket) => {
    if (network.blocked) void socket.close({ code: 4001 });
    else socket.connectToServer();
  });
  return network;
}

/** The client by itself waits for minutes before it connects again: its wait is half a second times a chance of up to 1. */
async function slowToReturn(visitor: Visitor): Promise<void> {
  await visitor.context.addInitScript(() => {
    Math.random = () => 600;
  });
}

/** The same person, who has no connection here either, leaves the room elsewhere. */
async function leaveInAnotherTab(visitor: Visitor): Promise<void> {
  const tab = await visitor.context.newPage();
  await tab.goto(visitor.page.url());
  await tab.getByRole('button', { name: 'Room menu' }).click();
  await tab.getByRole('menuitem', { name: 'Leave room' }).click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click();
  await tab.getByText('You are in no room yet').waitFor();
  await tab.close();
}

/** Messages that are written while there is no connection, or that are refused. */
export function networkSuite(stage: Stage): void {
  describe('without a connection', () => {
    test('messages survive a reload, and are sent once and in order', async () => {
      const ada = await stage.person(stage.name('ada'));
      await ada.createRoom(stage.name('Room '));
      const network = await cuttable(ada);
      await slowToReturn(ada);
      network.blocked = true;
      await ada.page.reload();
      await ada.page.getByText('No connection.').waitFor();
      await ada.say('Written on the train');
      await ada.say('and in the tunnel');
      await ada.message('Written on the train').locator('[data-state=sending]').waitFor();
      await ada.page.reload();
      await ada.page.getByText('No connection.').waitFor();
      await ada.message('and in the tunnel').locator('[data-state=sending]').waitFor();
      await ada.page.getByText('Next attempt in').waitFor();
      network.blocked = false;
      await ada.page.getByRole('button', { name: 'Try now' }).click();
      await ada.message('Written on the train').locator('[data-state=sent]').waitFor();
      await ada.sayAndWait('and this after it');
      expect(await ada.messages.allTextContents()).toEqual(['Written on the train', 'and in the tunnel', 'and this after it']);
    });

    test('a message that is refused says so, and goes when it is tried again', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      const ada = await stage.person(stage.name('ada'));
      await ada.joinRoom(room.name);
      const network = await cuttable(ada);
      network.blocked = true;
      await ada.page.reload();
      await ada.say('Do you hear me?');
      await ada.message('Do you hear me?').locator('[data-state=sending]').waitFor();
      await leaveInAnotherTab(ada);

      network.blocked = false;
      await ada.message('Do you hear me?').locator('[data-state=failed]').waitFor();
      await ada.page.getByText('You may not do this.').waitFor();
      await ada.page.getByRole('button', { name: 'Join room' }).click();
      await ada.composer.waitFor();
      await ada.page.getByRole('button', { name: 'Try again' }).click();
      await ada.message('Do you hear me?').locator('[data-state=sent]').waitFor();
      expect((await owner.rooms.history(room.id)).items.map(({ text }) => text)).toEqual(['Do you hear me?']);
    });
  });
}
