"""A report of a training in; one HTML page with its tables and curves, which needs no other file, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

from subtrans.evaluate.html import document, table
from subtrans.evaluate.report import Change, Example, Report, SetReport

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 520, 270
LEFT, BOTTOM, TOP = 44, 44, 28
COLOURS = ("var(--first)", "var(--second)")
SIGNIFICANT = 0.05
LOWER_IS_BETTER = frozenset({"TER"})


def page(report: Report) -> str:
    """The whole page."""
    title = f"{report.name}: {report.source} to {report.target}"
    costs = " · ".join(f"{name}: {value}" for name, value in report.training.items())
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(costs)}</p>" if costs else "",
        "<h2>Scores before and after</h2>",
        _scores(report.sets),
        "<p>BLEU, chrF2 and ROUGE-L: higher is better; TER: lower. p: how often chance alone gives such a difference"
        f" (paired bootstrap, 1,000 resamples); below {SIGNIFICANT} it is taken for real.</p>",
        "<h2>Robustness: BLEU of the test set as it might be heard</h2>",
        _robustness(report.robustness),
        "<h2>The training</h2>",
        _curves(report.curves),
    ]
    for heading, shown in (("Improved most", report.improved), ("Got worst", report.worsened)):
        if shown:
            parts += [f"<h2>{heading}</h2>", _examples(shown, report.source, report.target)]
    return document(title, parts)


def _scores(sets: Iterable[SetReport]) -> str:
    rows = []
    for found in sets:
        for index, change in enumerate(found.changes):
            name = f"{escape(found.name)}<br><span class=dim>{found.sentences} sentences</span>" if not index else ""
            signature = escape(change.signature).replace("|", "|<wbr>")
            rows.append(
                f"<tr><td class=whole>{name}</td><td class=whole>{change.name}</td>{_numbers(change)}"
                f'<td class="number">{_chance(change.p)}</td><td class="signature">{signature}</td></tr>'
            )
    names = "Set", "Metric", "*Before", "*After", "*Change", "*p", "Signature"
    return table(names, rows)


def _robustness(forms: Iterable[SetReport]) -> str:
    rows = (f"<tr><td>{escape(form.name)}</td>{_numbers(form.changes[0])}</tr>" for form in forms)
    return table(("Source", "*Before", "*After", "*Change"), rows)


def _examples(shown: Iterable[Example], source: str, target: str) -> str:
    rows = []
    for example in shown:
        texts = (source, example.source), (target, example.reference), (target, example.before), (target, example.after)
        cells = (f'<td dir=auto lang="{escape(tag)}">{escape(text)}</td>' for tag, text in texts)
        rows.append(f'<tr><td class="number">{example.change:+.1f}</td>{"".join(cells)}</tr>')
    return table(("*chrF2", "Source", "Reference", "Before", "After"), rows)


def _numbers(change: Change) -> str:
    """Three cells: before, after, and the difference, in colour where it is more than chance."""
    if change.before is None:
        return f'<td class="number">–</td><td class="number">{change.after:.2f}</td><td class="number">–</td>'
    difference = change.after - change.before
    good = (difference < 0) == (change.name in LOWER_IS_BETTER)
    sure = change.p is not None and change.p < SIGNIFICANT
    kind = f" {'better' if good else 'worse'}" if sure else ""
    return (
        f'<td class="number">{change.before:.2f}</td><td class="number">{change.after:.2f}</td>'
        f'<td class="number{kind}">{difference:+.2f}</td>'
    )


def _chance(p: float | None) -> str:
    return "" if p is None else f"{p:.3f}"


def _curves(curves: Mapping[str, Points]) -> str:
    losses = {name: points for name, points in curves.items() if "loss" in name and points}
    scores = {name: points for name, points in curves.items() if "loss" not in name and points}
    figures = (f"<figure>{chart(lines)}</figure>" for lines in (losses, scores) if lines)
    return f'<div class="curves">{"".join(figures)}</div>'


def chart(lines: Mapping[str, Points]) -> str:
    """Lines over the same steps as one SVG, with a legend and the values of each point where the pointer rests."""
    xs = [x for points in lines.values() for x, _ in points]
    ys = [y for points in lines.values() for _, y in points]
    across, up = ticks(0, max(xs)), ticks(min(ys), max(ys))
    low, high = up[0], up[-1]

    def place(x: float, y: float) -> tuple[float, float]:
        right = LEFT + (WIDTH - LEFT - 12) * x / across[-1]
        return round(right, 1), round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (y - low) / (high - low), 1)

    drawn = []
    for y in up:
        _, down = place(0, y)
        drawn.append(f'<line x1="{LEFT}" y1="{down}" x2="{WIDTH - 12}" y2="{down}" stroke="var(--line)"/>')
        drawn.append(f'<text x="{LEFT - 6}" y="{down + 4}" text-anchor="end">{y:g}</text>')
    drawn += [
        f'<text x="{place(x, low)[0]}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:g}</text>' for x in across
    ]
    drawn.append(f'<text x="{(LEFT + WIDTH) // 2}" y="{HEIGHT - 6}" text-anchor="middle">steps</text>')
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [place(*point) for point in points]
        path = " ".join(f"{x},{y}" for x, y in places)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [
            f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"><title>{escape(name)} {value:g} at step {step:g}</title>'
            "</circle>"
            for (x, y), (step, value) in zip(places, points, strict=True)
        ]
        legend = f'<tspan fill="{colour}">●</tspan> {escape(name)}'
        drawn.append(f'<text x="{LEFT + 8 + 130 * number}" y="12">{legend}</text>')
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(drawn)}</svg>'


def ticks(low: float, high: float) -> list[float]:
    """Round numbers, about five of them, from at or below `low` to at or above `high`."""
    if high - low < 1e-6 * max(1.0, abs(low), abs(high)):
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / 5
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]
