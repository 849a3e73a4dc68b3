import { createHash } from 'node:crypto';

/** Languages of the widget. */
export type WindowLanguage = 'en' | 'ko';

/** What the window tells the widget: a proof to trade, or why there is none. */
export type WindowResult = { proof: string } | { error: string };

/** A page and the policy it runs under. */
interface WindowPage {
  html: string;
  policy: string;
}

const TEXTS = {
  en: {
    title: 'Sign in with GitHub',
    asks: 'wants to know who you are. It will see your name and picture on GitHub, and the chat on it can read and write here in your name until you sign out.',
    go: 'Continue with GitHub',
    leave: 'If you did not ask for this, close this window.',
    done: 'You are signed in. You may close this window.',
    failed: 'The sign-in did not succeed. Please close this window and try again.',
    apart: 'The page that opened this window cannot be reached. Please close this window and try again there.',
  },
  ko: {
    title: 'GitHub로 로그인',
    asks: '에서 본인 확인을 요청했습니다. GitHub의 이름과 사진을 볼 수 있으며, 로그아웃할 때까지 이 사이트의 채팅이 회원님의 이름으로 메시지를 읽고 쓸 수 있습니다.',
    go: 'GitHub로 계속하기',
    leave: '직접 요청하지 않았다면 이 창을 닫아 주세요.',
    done: '로그인했습니다. 이 창을 닫으셔도 됩니다.',
    failed: '로그인하지 못했습니다. 이 창을 닫고 다시 시도해 주세요.',
    apart: '이 창을 연 페이지에 연결할 수 없습니다. 창을 닫고 그 페이지에서 다시 시도해 주세요.',
  },
};

const STYLE =
  ':root{color-scheme:light dark}body{max-width:24rem;margin:12vh auto 0;padding:0 24px;font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}' +
  'h1{font-size:1.35rem}a{display:block;margin:28px 0;padding:12px;border-radius:10px;background:#1f2937;color:#fff;text-align:center;text-decoration:none;font-weight:600}' +
  'a:focus-visible{outline:3px solid #2563eb;outline-offset:3px}small{opacity:.75}@media(prefers-color-scheme:dark){a{background:#e5e9f0;color:#10151d}}';

/** Only the window that opened this one is told, and only while it shows the site that asked. */
const SCRIPT =
  'const{site,result,apart}=document.body.dataset;' +
  'if(opener){opener.postMessage({type:"brook.signed-in",...JSON.parse(result)},site);close()}' +
  'else document.querySelector("p").textContent=apart;';

/** Before GitHub: says who asks, so that no site gets anything by opening a window. */
export function askingPage({ site, url, language }: { site: string; url: string; language: WindowLanguage }): WindowPage {
  const { title, asks, go, leave } = TEXTS[language];
  const gap = language === 'ko' ? '' : ' ';
  const main = `<h1>${title}</h1><p><strong>${escape(site)}</strong>${gap}${asks}</p><a href="${escape(url)}">${go}</a><small>${leave}</small>`;
  return page({ language, title, body: `<body>${main}</body>` });
}

/** After GitHub: hands the result to the page that opened the window, and closes. */
export function handingPage(options: { site: string; result: WindowResult; language: WindowLanguage }): WindowPage {
  const { site, result, language } = options;
  const { title, done, failed, apart } = TEXTS[language];
  const data = { site, result: JSON.stringify(result), apart };
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${escape(value)}"`);
  const said = 'proof' in result ? done : failed;
  const body = `<body${attributes.join('')}><h1>${title}</h1><p>${said}</p><script>${SCRIPT}</script></body>`;
  return page({ language, title, body });
}

function page({ language, title, body }: { language: WindowLanguage; title: string; body: string }): WindowPage {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style>`;
  return { html: `<!doctype html><html lang="${language}"><head>${head}</head>${body}</html>`, policy: POLICY };
}

const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but the one script and the one sheet of these pages, known by their hashes. */
const POLICY = [
  "default-src 'none'",
  `script-src ${sourceOf(SCRIPT)}`,
  `style-src ${sourceOf(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
