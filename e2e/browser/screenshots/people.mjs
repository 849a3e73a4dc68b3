import { createBrook } from '@brook/sdk';
import { WebSocket } from 'ws';

export const PASSWORD = 'a long enough password';

async function person(url, username, displayName) {
  const brook = createBrook({ url, webSocket: WebSocket, tokens: 'body' });
  await brook.signUp({ username, password: PASSWORD, displayName });
  await brook.connect();
  return brook;
}

/**
 * Three people, their rooms and what they say, on an empty Brook; the pictures are taken as Dana. `suffix` is put behind
 * the names, for a second run on the same one.
 */
export async function populate(url, suffix = '') {
  const [dana, minjun, alex] = await Promise.all([
    person(url, `dana${suffix}`, 'Dana'),
    person(url, `minjun${suffix}`, '민준'),
    person(url, `alex${suffix}`, 'Alex Rivera'),
  ]);
  const make = (owner, name, topic, visibility = 'public') => owner.rooms.create({ name, topic, visibility });
  const kitchen = await make(alex, 'Kitchen table', 'What are we cooking this week?');
  const books = await make(minjun, '같이 읽기', '이번 달: 소설 한 권, 시집 한 권');
  const plans = await make(dana, 'Weekend plans', '', 'private');
  const garden = await make(alex, 'Garden', 'Seeds, tools and shade');
  const photos = await make(minjun, '사진 산책', '');
  const river = await make(dana, 'Riverside', 'Walks along the water, in any weather');
  await make(alex, 'Bicycle repair', 'Chains, brakes and good advice');
  for (const room of [kitchen, books, garden, photos]) await dana.rooms.join(room.id);
  for (const brook of [minjun, alex]) await brook.rooms.join(river.id);
  await dana.send(plans.id, 'Tickets are booked for Sunday');
  await alex.send(garden.id, 'The tomatoes are finally red');
  await minjun.send(photos.id, '다음 주에는 새벽에 나가 볼까요?');
  await alex.send(kitchen.id, 'I can bring bread on Thursday');
  await alex.send(kitchen.id, `@dana${suffix} and there is soup for everyone`);
  await minjun.send(books.id, '다음 모임은 **금요일 저녁**이에요');
  await talk({ dana, minjun, alex, river });
  return { dana, minjun, alex, river, close: () => Promise.all([dana, minjun, alex].map((brook) => brook.close())) };
}

async function talk({ dana, minjun, alex, river }) {
  const say = (brook, text, replyTo = null) => brook.send(river.id, text, { replyTo });
  const path = await say(dana, 'The new path along the water opens on Saturday. Has anybody seen it yet?');
  await say(minjun, '어제 지나가다 봤어요. 다리 아래로 이어지더라고요.');
  const lights = await say(minjun, '가로등도 새로 생겼어요!');
  await say(alex, 'Then let us walk it together. Ten o’clock at the old mill?', path.seq);
  await say(dana, 'Ten is good. I bring:\n- coffee\n- **two** umbrellas\n- the map: https://example.org/riverside');
  await say(alex, '> if it rains\nWe go anyway, the mill has a roof. And the ducks do not mind.');
  await say(minjun, `@${dana.user.username} 저는 사진기를 챙길게요. 토요일에 봐요.`);
  await alex.react(river.id, lights.seq, '🎉', true);
  await dana.react(river.id, lights.seq, '🎉', true);
  await dana.react(river.id, lights.seq, '👀', true);
  await minjun.react(river.id, path.seq, '👍', true);
}
