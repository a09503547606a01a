"""Parts in; an HTML page that needs no other file out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

STYLE = """
:root { color-scheme: light dark; --dim: #6b7280; --line: #d1d5db; --good: #15803d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --line: #4b5563; --dim: #9ca3af; --good: #4ade80; --bad: #f87171; } }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
p, .dim { color: var(--dim); } .better { color: var(--good); } .worse { color: var(--bad); }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.whole { white-space: nowrap; }
td.signature { font: 11px/2 ui-monospace, monospace; color: var(--dim); overflow-wrap: anywhere; }
.curves { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; flex: 1 1 24rem; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--dim); }
"""


def document(title: str, parts: Iterable[str]) -> str:
    """The whole page, of a title as text and parts that are HTML; empty ones are left out."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def head(*names: str) -> str:
    """A row of headings; a star marks one over numbers."""
    cells = (f"<th{' class=number' if name[0] == '*' else ''}>{name.lstrip('*')}</th>" for name in names)
    return f"<tr>{''.join(cells)}</tr>"
