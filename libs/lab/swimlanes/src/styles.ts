/**
 * What a page that shows swim lanes puts into its stylesheet. Light and dark follow the page's
 * `color-scheme`; every colour has a contrast of at least 4.5 against what it stands on.
 */
export const swimlaneStyles = `
.swimlanes { --ink: light-dark(#1c2128, #e6e9ee); --muted: light-dark(#59636e, #9aa5b1); --line: light-dark(#c9d1d9, #3d4652); --paper: light-dark(#ffffff, #161b22);
  --bad: light-dark(#c4231c, #ff8a80); --bad-paper: light-dark(#fff0ee, #3a1a1a); --wait: light-dark(#8a5a00, #e3b341); --row: light-dark(#eef1f4, #1f262e);
  display: block; width: 100%; min-width: 520px; max-width: 760px; height: auto; font: 12px ui-sans-serif, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.swimlanes text { fill: var(--ink); }
.swimlanes .head { font-size: 13px; font-weight: 650; }
.swimlanes .time { font-size: 11px; fill: var(--muted); }
.swimlanes .statement { font: 600 12px ui-monospace, Menlo, Consolas, monospace; }
.swimlanes .wait { fill: var(--wait); }
.swimlanes text.bad { fill: var(--bad); font-weight: 650; }
.swimlanes .lane { stroke: var(--line); stroke-dasharray: 2 4; }
.swimlanes .row { fill: var(--row); stroke: var(--line); }
.swimlanes .box { fill: var(--paper); stroke: var(--line); }
.swimlanes .box.client-0 { stroke: light-dark(#2f6fd0, #7aa7f0); } .swimlanes text.client-0 { fill: light-dark(#235ab0, #8fb6f5); }
.swimlanes .box.client-1 { stroke: light-dark(#7a4bc2, #b594ee); } .swimlanes text.client-1 { fill: light-dark(#6a3bb2, #c3a6f5); }
.swimlanes .box.client-2 { stroke: light-dark(#1a7f64, #5fc9ab); } .swimlanes text.client-2 { fill: light-dark(#14654f, #74d6ba); }
.swimlanes .box.client-3 { stroke: light-dark(#6b6f00, #c9cd4e); } .swimlanes text.client-3 { fill: light-dark(#575a00, #d5d96a); }
.swimlanes .box.sent { stroke: var(--wait); stroke-dasharray: 5 3; }
.swimlanes .box.bad { stroke: var(--bad); stroke-width: 2; fill: var(--bad-paper); }
.swimlanes .waiting { fill: var(--wait); fill-opacity: .45; }
.swimlanes .arrow { stroke: var(--muted); fill: none; } .swimlanes .arrow.tip { fill: var(--muted); stroke: none; }
.swimlanes .arrow.write { stroke-dasharray: 4 3; }
.swimlanes .arrow.bad { stroke: var(--bad); } .swimlanes .arrow.bad.tip { fill: var(--bad); }
.swimlanes .pill { fill: var(--paper); stroke: var(--muted); }
.swimlanes .pill.bad { stroke: var(--bad); stroke-width: 2; fill: var(--bad-paper); }
.swimlanes .figure { font-size: 14px; font-weight: 650; }
.swimlanes .told { font-weight: 600; } .swimlanes .wrong { fill: var(--bad); }
.swimlanes .later { opacity: .18; }
.swimlanes .now .box { stroke-width: 2.5; }
`;
