import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Talker } from './talker.mjs';

const PAUSE_MS = 20;
const HEARD_LIMIT_MS = 15_000;

/** A few people in one room, who talk while the system under them changes, and the account that must hold at the end. */
export class Conversation {
  roomId;
  #talkers;
  #stopping = new AbortController();
  #talk = Promise.resolve();

  static async begin(base, people) {
    const talkers = [];
    for (let n = 0; n < people; n++) talkers.push(await Talker.signUp(base));
    const room = await talkers[0].createRoom();
    for (const talker of talkers) await talker.enter(room.id);
    const conversation = new Conversation();
    conversation.#talkers = talkers;
    conversation.roomId = room.id;
    return conversation;
  }

  get acked() {
    return this.#talkers.reduce((sum, { acked }) => sum + acked.length, 0);
  }

  /** Everybody says `count` things, each one after the other. */
  async exchange(count) {
    await Promise.all(this.#talkers.map((talker) => this.#saySome(talker, () => count-- > 0)));
  }

  /** Everybody talks from now until `hush`. */
  keepTalking() {
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    this.#talk = Promise.all(this.#talkers.map((talker) => this.#saySome(talker, () => !signal.aborted)));
    // A failure is thrown by `hush`; until then nobody waits for it.
    this.#talk.catch(() => {});
  }

  /** Ends the talk; rejects when somebody's message was never acked. */
  async hush() {
    this.#stopping.abort();
    await this.#talk;
  }

  /** Waits until so many more messages are acked; rejects after `limitMs`. */
  async waitForAcks(more, limitMs) {
    const wanted = this.acked + more;
    const deadline = performance.now() + limitMs;
    while (this.acked < wanted) {
      assert.ok(performance.now() < deadline, `only ${this.acked} of ${wanted} messages were acked after ${limitMs / 1000} s`);
      await pause(100);
    }
  }

  /**
   * Nothing acked is lost, nothing is stored twice, seq is dense, everybody's order is kept and all heard everything.
   * Returns the number of messages.
   */
  async settle() {
    const history = await this.#talkers[0].history();
    assert.deepEqual(
      history.map(({ seq }) => seq),
      history.map((_, at) => at + 1),
      'seq is dense from 1',
    );
    assert.equal(history.length, this.acked, 'as many messages are stored as were acked');
    for (const talker of this.#talkers) {
      const own = history.filter(({ sender }) => sender.id === talker.user.id).map(({ seq, text }) => ({ text, seq }));
      assert.deepEqual(own, talker.acked, `${talker.user.username}'s messages stand as they were acked`);
      await allHeard(talker, history.length);
    }
    return history.length;
  }

  end() {
    for (const talker of this.#talkers) talker.leave();
  }

  async #saySome(talker, goOn) {
    for (let n = talker.acked.length + 1; goOn(); n++) {
      await talker.say(`${talker.user.username} ${n}`);
      await pause(PAUSE_MS);
    }
  }
}

async function allHeard(talker, count) {
  const deadline = performance.now() + HEARD_LIMIT_MS;
  while (talker.heard.size < count) {
    assert.ok(performance.now() < deadline, `${talker.user.username} heard only ${talker.heard.size} of ${count} messages`);
    await pause(50);
  }
}
