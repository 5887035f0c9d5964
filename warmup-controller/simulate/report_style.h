// How the report looks, in light and in dark.
#pragma once

namespace prewarm {

inline constexpr char kReportStyle[] = R"css(
:root { --ink: #1c2430; --dim: #5b6675; --page: #ffffff; --card: #f3f5f8;
  --grid: #e2e6ec; --traffic: #7a8aa0; --exist: #9cc3f5; --busy: #1f66c1;
  --cold: #c43d2b; --ours: #e8f1fd; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --dim: #9aa6b5; --page: #14181f; --card: #1e242e;
    --grid: #2b3340; --traffic: #73839a; --exist: #2f5688; --busy: #6aa9f4;
    --cold: #f07b6a; --ours: #1d2b3f; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--page); max-width: 1000px; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; }
.cards { display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); }
.card { background: var(--card); border-radius: 8px; padding: .8rem 1rem; }
.card b { display: block; font-size: 1.7rem; }
.card span, .note, .key { color: var(--dim); font-size: .9rem; }
svg { width: 100%; height: auto; display: block; }
.grid { stroke: var(--grid); fill: none; } .tick { fill: var(--dim);
  font-size: 12px; }
path.traffic { fill: var(--traffic); } path.exist { fill: var(--exist); }
path.busy { fill: var(--busy); } circle.cold { fill: var(--cold); }
.key { margin: 0 0 .4rem 52px; }
.key i { display: inline-block; width: .8em; height: .8em; border-radius: 2px;
  margin: 0 .35em 0 .9em; } .key i:first-child { margin-left: 0; }
i.traffic { background: var(--traffic); } i.exist { background: var(--exist); }
i.busy { background: var(--busy); } i.cold { background: var(--cold); }
table { border-collapse: collapse; width: 100%; font-size: .85rem;
  display: block; overflow-x: auto; }
th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--grid); }
th:first-child { text-align: left; } tbody th { font-weight: 500; }
tr.ours { background: var(--ours); }
@media print { body { margin: 0; max-width: none; } }
)css";

}  // namespace prewarm
