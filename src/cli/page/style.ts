/** How the page looks: light or dark as the reader's system is, on any width. */
export const style = `
:root { color-scheme: light dark; --ground: #fbfaf8; --card: #fff; --ink: #22211f; --dim: #6d6a64; --line: #e5e2dc; --good: #1a7f4b; --bad: #b3261e; --warn: #8a5a00; --accent: #7a4a21; }
@media (prefers-color-scheme: dark) { :root { --ground: #161514; --card: #1f1e1c; --ink: #ebe8e2; --dim: #9c978e; --line: #34322e; --good: #5fcf95; --bad: #ff8a80; --warn: #f0b95a; --accent: #dba36d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-bottom: 1.25rem; }
h1 { font-size: 1.35rem; letter-spacing: -.01em; margin: 0; }
h2 { font-size: .8rem; font-weight: 600; text-transform: uppercase; letter-spacing: .06em; color: var(--dim); margin: 2rem 0 .5rem; }
h3 { font: 600 .9rem ui-monospace, monospace; margin: 0; overflow-wrap: anywhere; }
h1 a { color: inherit; text-decoration: none; } a { color: var(--accent); }
.dim { color: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.plugin { content-visibility: auto; contain-intrinsic-height: auto 2.9rem; }
.plugin + .plugin { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: .65rem 1rem; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: color-mix(in srgb, var(--accent) 7%, transparent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 8px; }
.plugin > summary { display: grid; grid-template-columns: 5.5rem minmax(6rem, auto) 1fr 5rem 6.5rem; gap: .75rem; align-items: baseline; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.state { font-size: .85rem; } .state::before { content: "●"; font-size: .7em; margin-right: .45em; vertical-align: .1em; }
.state.bad::before { content: "▲"; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .figure b { font-weight: 600; }
.inside { padding: .25rem 1rem 1rem; } #graph > .inside { padding: 0 0 .75rem; }
.problem { margin: .35rem 0; padding-left: .75rem; border-left: 3px solid currentColor; overflow-wrap: anywhere; }
code, dd { font-family: ui-monospace, monospace; font-size: .85rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
.call { border-top: 1px solid var(--line); padding-top: .75rem; margin-top: .75rem; }
.numbers { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: .25rem 0 .5rem; font-variant-numeric: tabular-nums; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-end; }
.spark { width: 12rem; height: 4rem; display: block; } .spark polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
figure { margin: 0; } .histogram { height: 4rem; max-width: 100%; display: block; } .histogram rect { fill: var(--accent); opacity: .8; } .histogram rect:hover { opacity: 1; }
figcaption { font-size: .75rem; color: var(--dim); }
.scroll { overflow-x: auto; padding: .25rem 1rem; } .graph { display: block; font: 12px ui-monospace, monospace; } .graph text { fill: var(--ink); } .graph .dim { fill: var(--dim); } .graph .service { font-weight: 600; }
.edges path { fill: none; stroke: var(--accent); opacity: .45; }
.leases { display: none; margin: 0; padding: 0 1rem 1rem; list-style: none; font-size: .9rem; } .leases li { padding: .2rem 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; } th { text-align: left; font-weight: 400; color: var(--dim); font-size: .85rem; } th, td { padding: .4rem 1rem; } td + td, th + th { text-align: right; } tr + tr td { border-top: 1px solid var(--line); }
@media (max-width: 40rem) { .plugin > summary { grid-template-columns: auto 1fr; gap: .1rem .75rem; } .what { grid-column: 1 / -1; } .figure { text-align: left; } .scroll { display: none; } .leases { display: block; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .35rem; } th, td { padding: .4rem .5rem; } }
@media (prefers-reduced-motion: no-preference) { summary { transition: background .15s; } }
`;
