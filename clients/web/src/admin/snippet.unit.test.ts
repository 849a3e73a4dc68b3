import { expect, test } from '@jest/globals';
import { snippetOf } from './snippet.js';

const USUAL = {
  title: '',
  greeting: '',
  colour: '#2563eb',
  position: 'right',
  theme: 'auto',
  language: 'auto',
  sites: [],
  signIn: false,
} as const;

test('leaves out what is as usual and escapes what is not', () => {
  expect(snippetOf('https://chat.example', { ...USUAL, sites: [] })).toBe(
    '<script src="https://chat.example/widget.js" data-colour="#2563eb" async></script>\n' +
      '<script src="https://chat.example/counter.js" async></script>',
  );
  const wild = snippetOf('https://chat.example', { ...USUAL, sites: [], position: 'left', title: 'Say "hi" <now>' });
  expect(wild).toContain('data-position="left" data-title="Say &quot;hi&quot; &lt;now>"');
});
