/**
 * The host's own rules must beat the page's: among important ones, the inner sheet wins. On a phone the open panel fills the screen,
 * and a finger that tapped keeps hovering: the button must not stay above what it opened.
 */
export const LOADER_STYLES = `
:host{all:initial!important;position:fixed!important;bottom:20px!important;inset-inline-end:auto;z-index:2147483000!important;
display:block!important;opacity:1!important;visibility:visible!important;transform:none!important;width:auto!important;height:auto!important;
margin:0!important;padding:0!important;filter:none!important;pointer-events:auto!important;clip-path:none!important}
:host([data-position=right]){right:20px!important;left:auto!important}
:host([data-position=left]){left:20px!important;right:auto!important}
@media print{:host{display:none!important}}
button,div{font:500 15px/1.4 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Noto Sans KR",sans-serif;box-sizing:border-box}
.launch{all:unset;box-sizing:border-box;display:grid;place-items:center;width:56px;height:56px;border-radius:50%;cursor:pointer;
background:var(--brook);color:var(--on-brook);box-shadow:0 6px 20px rgb(0 0 0/.22);transition:transform .15s}
@media(hover:hover){.launch:hover{transform:scale(1.05)}}
@media(max-width:480px),(max-width:1000px) and (max-height:480px){.launch[aria-expanded=true]{visibility:hidden}}
.launch:focus-visible{outline:3px solid var(--brook);outline-offset:3px;box-shadow:0 0 0 3px #fff}
.launch[aria-busy=true]{cursor:progress;opacity:.8}
.launch svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c81e1e;color:#fff;
font-size:13px;font-weight:700;line-height:22px;text-align:center;pointer-events:none}
.badge:empty{display:none}
.note{position:absolute;bottom:68px;inset-inline:auto 0;width:260px;padding:12px 14px;border-radius:12px;background:#1c2430;color:#fff;
box-shadow:0 6px 20px rgb(0 0 0/.22)}
:host([data-position=left]) .note{inset-inline:0 auto}
@media(prefers-reduced-motion:reduce){.launch{transition:none}}
`;
