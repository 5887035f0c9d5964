// How it looks. A shop sets the variables, and ::part() for all else.
export const style = `
:host{display:block;--_accent:var(--prewarm-accent,#1a5fb4);
--_on-accent:var(--prewarm-on-accent,#fff);--_text:var(--prewarm-text,#1c1c1e);
--_muted:var(--prewarm-muted,#59595f);--_surface:var(--prewarm-surface,#fff);
--_border:var(--prewarm-border,#8a8a91);--_error:var(--prewarm-error,#b3261e);
--_radius:var(--prewarm-radius,12px);
font:var(--prewarm-font,16px/1.5 system-ui,sans-serif);color:var(--_text)}
:host([hidden]),[hidden]{display:none!important}
@supports(color:light-dark(red,red)){:host{
--_accent:var(--prewarm-accent,light-dark(#1a5fb4,#8ab8f5));--_on-accent:var(--prewarm-on-accent,light-dark(#fff,#10243e));
--_text:var(--prewarm-text,light-dark(#1c1c1e,#f2f2f4));--_muted:var(--prewarm-muted,light-dark(#59595f,#b4b4bb));
--_surface:var(--prewarm-surface,light-dark(#fff,#1f1f23));--_border:var(--prewarm-border,light-dark(#8a8a91,#77777f));
--_error:var(--prewarm-error,light-dark(#b3261e,#ffb4ab))}}
*{box-sizing:border-box}
p{margin:0}
.warmth{display:flex;flex-wrap:wrap;align-items:center;gap:.25em .6em;min-height:2em}
.dot{width:.75em;height:.75em;border-radius:50%;border:2px solid var(--_muted);flex:none}
:host([state=ready]) .dot,:host([state=busy]) .dot{background:var(--_accent);border-color:var(--_accent)}
:host([state=warming]) .dot{border-color:var(--_accent);border-inline-end-color:transparent;animation:turn 1.2s linear infinite}
:host([state=failed]) .dot,:host([state=offline]) .dot{border-color:var(--_error);border-radius:2px}
@keyframes turn{to{transform:rotate(1turn)}}
@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
.warmth p{max-width:calc(100% - 1.5em)}
.left{color:var(--_muted)}
progress{width:100%;height:.5em;accent-color:var(--_accent);appearance:none;border:0;
border-radius:1em;overflow:hidden;background:color-mix(in srgb,var(--_muted) 25%,transparent)}
progress::-webkit-progress-bar{background:transparent}
progress::-webkit-progress-value{background:var(--_accent);border-radius:1em}
progress::-moz-progress-bar{background:var(--_accent)}
.drop{display:grid;justify-items:center;gap:.15em;padding:1.4em 1em;margin-block:.6em;text-align:center;
border:2px dashed var(--_border);border-radius:var(--_radius);background:var(--_surface);cursor:pointer}
.drop:hover,.drop.over{border-color:var(--_accent)}
.drop:focus-within{outline:3px solid var(--_accent);outline-offset:2px}
.drop b{font-size:1.1em}
.drop u{color:var(--_accent)}
.drop small{color:var(--_muted)}
.unseen,.drop input{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
ol{list-style:none;margin:0;padding:0;display:grid;gap:.6em}
li{display:flex;flex-wrap:wrap;gap:.8em;padding:.7em;border:1px solid var(--_border);border-radius:var(--_radius);background:var(--_surface)}
.picture{flex:0 0 5em;min-height:3em}
.picture>img{width:5em;height:5em;object-fit:cover;border-radius:calc(var(--_radius)/2);display:block}
.about{flex:1 1 9em;min-width:0;display:grid;gap:.2em;align-content:start}
.name{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.state{color:var(--_muted);overflow-wrap:anywhere}
li[data-state=failed] .state,.refused{color:var(--_error);overflow-wrap:anywhere}
li[data-state=done] .picture{flex:1 1 14em}
.actions{display:flex;flex-wrap:wrap;gap:.4em;margin-top:.3em}
button,a{font:inherit;min-height:2.75em;padding:.4em .9em;display:inline-flex;align-items:center;
border:1px solid var(--_border);border-radius:calc(var(--_radius)*.66);background:none;color:var(--_text);text-decoration:none;cursor:pointer}
a{background:var(--_accent);border-color:var(--_accent);color:var(--_on-accent)}
button:hover{border-color:var(--_accent)}
:is(button,a,input):focus-visible{outline:3px solid var(--_accent);outline-offset:2px}
.compare{position:relative;border-radius:calc(var(--_radius)/2);overflow:hidden;
background:repeating-conic-gradient(#bbb 0 25%,#fff 0 50%) 0/20px 20px}
.compare img{display:block;width:100%;max-height:24em;object-fit:contain}
.compare .before{position:absolute;inset:0;height:100%;clip-path:inset(0 calc(100% - var(--at)) 0 0)}
.compare::after{content:"";position:absolute;inset-block:0;left:var(--at);width:2px;margin-left:-1px;background:#fff;box-shadow:0 0 3px #000;pointer-events:none}
.compare:not(:has(.before:not([hidden])))::after{display:none}
.compare input{position:absolute;inset-inline:.6em;bottom:.6em;width:calc(100% - 1.2em);margin:0;direction:ltr;accent-color:var(--_accent)}
`;
