"""Parts in; an HTML page that needs no other file out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

STYLE = """
:root { color-scheme: light dark; --dim: #6b7280; --line: #d1d5db; --good: #15803d; --bad: #b91c1c;
  --first: #2563eb; --second: #d97706; }
@media screen and (prefers-color-scheme: dark) {
  :root { --line: #4b5563; --dim: #9ca3af; --good: #4ade80; --bad: #f87171; --first: #60a5fa; --second: #fbbf24; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .7rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; break-after: avoid; }
h1, h2, td { overflow-wrap: anywhere; } a { color: inherit; }
p, .dim { color: var(--dim); } .better { color: var(--good); } .worse { color: var(--bad); }
table { border-collapse: collapse; } tr { break-inside: avoid; }
th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; } [dir=auto] { text-align: start; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.whole { white-space: nowrap; } td.name { min-width: 12rem; } td.breach { min-width: 25em; }
td.signature { font: 11px/2 ui-monospace, monospace; color: var(--dim); }
.curves { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; flex: 1 1 24rem; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--dim); }
@media (max-width: 40rem) {
  table { display: block; overflow-x: auto; } svg text { font-size: 14px; } th.number { white-space: normal; }
  td[dir=auto] { min-width: 9rem; } td.signature { min-width: 22rem; }
  table.stacked thead { display: none; }
  table.stacked tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  table.stacked td { display: block; text-align: start; border: 0; padding: .1rem 0; min-width: 0; }
  table.stacked td.number { display: inline-block; padding-right: 1rem; color: var(--dim); }
}
@media print { :root { color-scheme: light; } body { font-size: 11px; max-width: none; margin: 0; } }
"""


def document(title: str, parts: Iterable[str]) -> str:
    """The whole page, of a title as text and parts that are HTML; empty ones are left out."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def table(names: Iterable[str], rows: Iterable[str], *, stacked: bool = False) -> str:
    """Rows below their headings, of which a star marks one over numbers; stacked: a phone shows cell below cell."""
    cells = (f"<th{' class=number' if name[0] == '*' else ''}>{name.lstrip('*')}</th>" for name in names)
    kind = " class=stacked" if stacked else ""
    return f"<table{kind}><thead><tr>{''.join(cells)}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
