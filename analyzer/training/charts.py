"""Charts of an evaluation as Altair objects: what is confused, what is found, and what belief is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from analyzer.codebook import Codebook
from analyzer.training.curves import Bin, Curve

_INK, _DARK, _HEAT, _SECOND = "#5a6270", "#1d2430", "#2453a6", "#b5446e"
_GAP = 46  # pixels between two panels, their labels included
_BARE: dict[str, Any] = {"domain": False, "ticks": False}


def confusion_chart(table: Sequence[Sequence[int]], codebook: Codebook, *, width: int) -> alt.LayerChart:
    """Draw how pieces of each mode were tagged: shares of the row, with counts.

    Args:
        table: (modes, modes), gold by asserted.
        codebook: names the modes.
        width: of the picture, in pixels.
    """
    names = [label.name for label in codebook.task("mode").labels]
    rows = [
        {"gold": gold, "said": said, "n": int(n), "share": int(n) / max(1, sum(counts))}
        for gold, counts in zip(names, table, strict=True)
        for said, n in zip(names, counts, strict=True)
    ]
    base = _chart(rows).encode(
        x=alt.X("said:N")
        .sort(names)
        .title("Tagged as")
        .axis(orient="top", labelAngle=0 if width > 600 else -40, **_BARE),
        y=alt.Y("gold:N").sort(names).title("Labelled").axis(**_BARE),
    )
    cells = base.mark_rect(cornerRadius=3, fill=_HEAT).encode(
        fillOpacity=alt.FillOpacity("share:Q").scale(domain=[0, 1], range=[0.03, 0.6]).legend(None)
    )
    counts_drawn = base.mark_text(fontSize=12, color=_DARK).encode(text="n:Q")
    about = "How pieces of each labelled mode were tagged; the table below has the numbers."
    chart: alt.LayerChart = _configured(
        alt.layer(cells, counts_drawn).properties(
            width=min(width - 130, 480), height=alt.Step(34), description=about
        )
    )
    return chart


def curves_chart(curves: Sequence[Curve], codebook: Codebook, *, width: int) -> alt.FacetChart:
    """Draw precision against recall of each label; a dot is the policy, a cross the second annotator."""
    rows: list[dict[str, Any]] = []
    for curve in curves:
        name = _titled(curve.label, codebook)
        colour = codebook.label(curve.label).colour
        for recall, precision in zip(curve.recall, curve.precision, strict=True):
            rows.append({"label": name, "colour": colour, "kind": "curve", "x": recall, "y": precision})
        for kind, point in (("policy", curve.asserted), ("second", curve.second)):
            if point is not None:
                rows.append({"label": name, "colour": colour, "kind": kind, "x": point[0], "y": point[1]})
    x = alt.X("x:Q").title("found").scale(domain=[0, 1]).axis(format="%", tickCount=3, **_BARE)
    y = alt.Y("y:Q").title("right").scale(domain=[0, 1]).axis(format="%", tickCount=3, **_BARE)
    colour_is = alt.Color("colour:N").scale(None).legend(None)
    base = alt.Chart().encode(x=x, y=y)  # the data stand in the facet, else each panel shows all
    layers = (
        base.transform_filter("datum.kind == 'curve'")
        .mark_line(strokeWidth=2, interpolate="step-before")
        .encode(color=colour_is),
        base.transform_filter("datum.kind == 'policy'").mark_point(
            filled=True, size=70, color=_DARK, opacity=1
        ),
        base.transform_filter("datum.kind == 'second'").mark_point(
            shape="cross", size=70, color=_SECOND, filled=True, opacity=1
        ),
    )
    about = (
        "Precision (right, of what is asserted) against recall (found, of what is there), one panel a label."
    )
    return _panels(layers, rows, [_titled(curve.label, codebook) for curve in curves], width, about)


def reliability_chart(bins: Mapping[str, Sequence[Bin]], codebook: Codebook, *, width: int) -> alt.FacetChart:
    """Draw the share that is right against mean belief, one panel a label; the line is the ideal."""
    names = {key: "Likeliest mode" if key == "mode" else _titled(key, codebook) for key in bins}
    rows: list[dict[str, Any]] = []
    for key, own in bins.items():
        colour = _INK if key == "mode" else codebook.label(key).colour
        rows += [{"label": names[key], "kind": "ideal", "x": at, "y": at} for at in (0.0, 1.0)]
        rows += [
            {"label": names[key], "colour": colour, "kind": "bin", "x": one.believed, "y": one.right}
            for one in own
        ]
    x = alt.X("x:Q").title("believed").scale(domain=[0, 1]).axis(format="%", tickCount=3, **_BARE)
    y = alt.Y("y:Q").title("right").scale(domain=[0, 1]).axis(format="%", tickCount=3, **_BARE)
    base = alt.Chart().encode(x=x, y=y)
    colour_is = alt.Color("colour:N").scale(None).legend(None)
    found = base.transform_filter("datum.kind == 'bin'")
    layers = (
        base.transform_filter("datum.kind == 'ideal'").mark_line(
            strokeDash=[3, 3], color=_INK, strokeWidth=1
        ),
        found.mark_line(strokeWidth=1.5, opacity=0.6).encode(color=colour_is),
        found.mark_point(filled=True, size=36, opacity=1).encode(color=colour_is),
    )
    about = "Belief against truth in ten bins of equal count; on the dashed line belief is worth its number."
    return _panels(layers, rows, list(names.values()), width, about)


def _panels(
    layers: Sequence[Any], rows: list[dict[str, Any]], names: Sequence[str], width: int, about: str
) -> alt.FacetChart:
    columns = 4 if width > 600 else 2
    size = (width - 40) // columns - _GAP
    values: Any = {"values": rows}
    panel = alt.layer(*layers, data=values).properties(width=size, height=size)
    facet = alt.Facet("label:N").sort(list(names)).title(None).header(labelFontSize=12, labelColor=_INK)
    chart: alt.FacetChart = _configured(panel.facet(facet, columns=columns).properties(description=about))
    return chart


def _titled(key: str, codebook: Codebook) -> str:
    name = codebook.label(key).name
    return name if len(name) <= 22 else f"{name[:21].rstrip()}…"


def _chart(rows: Iterable[dict[str, Any]]) -> alt.Chart:
    values: Any = {"values": list(rows)}
    return alt.Chart(values)


def _configured(chart: Any) -> Any:
    ink: dict[str, Any] = {"labelFontSize": 12, "labelColor": _INK, "titleColor": _INK}
    return (
        chart.configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#9aa2ad", gridOpacity=0.3, labelPadding=6, titleFontSize=12, titleFontWeight=400, **ink
        )
    )
