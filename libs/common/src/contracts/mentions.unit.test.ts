import { expect, test } from '@jest/globals';
import { LIMITS } from './limits.js';
import { callsOf, mentionTokens } from './mentions.js';

const names = (text: string) => mentionTokens(text).map(({ name }) => name);

test('a mention begins where no word is on its way, and takes the letters of a name', () => {
  expect(names('@ada, hello @민수 and (@zoë-2)')).toEqual(['ada', '민수', 'zoë-2']);
  expect(names('mail ada@example.org or @@ada')).toEqual([]);
  expect(names('@')).toEqual([]);
  expect(mentionTokens('hi 👍 @ada!')).toEqual([{ start: 6, end: 10, name: 'ada' }]);
});

test('code calls nobody', () => {
  expect(names('`@ada` and ```\n@bob\n``` but @eve')).toEqual(['eve']);
  expect(names('an open ``` @ada')).toEqual([]);
});

test('a name may end a sentence, and the room is called by its word in any case', () => {
  expect(callsOf('@ada. @Room!')).toEqual({ people: [['ada.', 'ada']], room: true });
});

test('each name once, and no more than the limit', () => {
  expect(callsOf('@ada @ada').people).toHaveLength(1);
  const many = Array.from({ length: 50 }, (_, i) => `@p${i}`).join(' ');
  expect(callsOf(many).people).toHaveLength(LIMITS.mentionedPeople);
});
