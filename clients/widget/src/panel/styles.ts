const DARK = `--bg:#151b24;--fg:#e8edf4;--muted:#9aa7b8;--line:#2b3542;--theirs:#232d3a;--field:#1b232e;color-scheme:dark`;

/** The panel; colours are variables, so that a theme is one rule. */
export const PANEL_STYLES = `
:host{--bg:#fff;--fg:#18202b;--muted:#5b6675;--line:#e0e5ec;--theirs:#eef1f5;--field:#fff;color-scheme:light}
:host([data-theme=dark]){${DARK}}
@media(prefers-color-scheme:dark){:host([data-theme=auto]){${DARK}}}
.panel,.panel *{box-sizing:border-box;margin:0;padding:0;font:400 15px/1.45 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Noto Sans KR",sans-serif;
letter-spacing:normal;text-transform:none;text-align:start;word-spacing:normal}
.panel{position:absolute;bottom:72px;right:0;width:372px;max-width:calc(100vw - 40px);height:min(600px,calc(100vh - 112px));display:flex;flex-direction:column;
overflow:hidden;border-radius:16px;background:var(--bg);color:var(--fg);border:1px solid var(--line);box-shadow:0 16px 48px rgb(8 15 28/.28)}
:host([data-position=left]) .panel{right:auto;left:0}
.panel[hidden]{display:none}
header{display:flex;align-items:center;gap:4px;padding:14px 10px 14px 18px!important;background:var(--brook);color:var(--on-brook)}
header div{flex:1;min-width:0}
h2{font-size:16px!important;font-weight:650!important;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.there{display:flex;align-items:center;gap:7px;font-size:13px!important}
.there:before{content:"";width:8px;height:8px;border-radius:50%;border:1.5px solid currentColor}
.there[data-on]:before{background:#4ade80;border-color:#fff}
button{all:unset;box-sizing:border-box;cursor:pointer;border-radius:8px}
.panel button:focus-visible,.panel a:focus-visible,.panel textarea:focus-visible,.panel input:focus-visible{outline:2px solid currentColor;outline-offset:2px}
.icon{display:grid!important;place-items:center;width:36px;height:36px;flex:none}
.icon:hover{background:rgb(127 127 127/.22)}
.icon[disabled]{opacity:.4;cursor:default}
.panel svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px 16px 6px!important;display:flex;flex-direction:column}
.log>:first-child{margin-top:auto}
.day{align-self:center;margin:12px 0 8px!important;color:var(--muted);font-size:12px!important}
.m{max-width:84%;align-self:flex-start;margin-top:10px!important}
.m.next{margin-top:3px!important}
.m.mine{align-self:flex-end}
.who{display:block;color:var(--muted);font-size:12px!important;margin:0 4px 3px!important}
.text{padding:8px 12px!important;border-radius:14px;background:var(--theirs);white-space:pre-wrap;overflow-wrap:anywhere}
.mine .text{background:var(--brook);color:var(--on-brook)}
.gone{font-style:italic;color:var(--muted)}
.mine .gone{color:inherit}
.text a{color:inherit;text-decoration:underline}
.meta{display:block;color:var(--muted);font-size:12px!important;margin:3px 4px 0!important}
.mine .meta{text-align:end}
.meta button{color:inherit;text-decoration:underline;font-size:12px!important}
.older{align-self:center;color:var(--muted);padding:6px 10px!important;font-size:13px!important}
.typing{min-height:22px;padding:0 18px!important;color:var(--muted);font-size:13px!important}
.info{margin:0 16px 8px!important;padding:9px 12px!important;border-radius:10px;background:var(--theirs);font-size:13px!important}
.info:empty{display:none}
.me{display:flex;flex-wrap:wrap;gap:2px 12px;justify-content:space-between;padding:0 18px 8px!important;color:var(--muted);font-size:13px!important}
.me[hidden]{display:none}
.me span,.me button{font-size:13px!important}
.me button{text-decoration:underline}
form{display:flex;flex-wrap:wrap;gap:8px;padding:10px 12px 12px!important;border-top:1px solid var(--line)}
input,textarea{width:100%;padding:9px 12px!important;border:1px solid var(--muted);border-radius:12px;background:var(--field);color:var(--fg);font-size:16px!important;outline-offset:0!important}
textarea{flex:1;min-width:0;resize:none;max-height:140px;field-sizing:content}
input::placeholder,textarea::placeholder{color:var(--muted);opacity:1}
.send{display:grid!important;place-items:center;flex:none;align-self:flex-end;width:42px;height:42px;border-radius:50%;background:var(--brook);color:var(--on-brook)}
.send[disabled]{opacity:.45;cursor:default}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:480px),(max-width:1000px) and (max-height:480px){.panel{position:fixed;inset:0!important;width:auto;max-width:none;height:100dvh;border:0;border-radius:0}}
@media(prefers-reduced-motion:no-preference){.panel{animation:rise .16s ease-out}@keyframes rise{from{opacity:0;transform:translateY(10px)}}}
`;
