"""The chapter of the step ``revisions``: what later prints changed, a fan of prints, statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from madein.core.errors import MadeinError
from madein.core.step import COMPARISONS, Block, Figure, Inputs, Ref, Result, Table, row_at
from madein.indices.charts import print_fan
from madein.indices.print_files import read_prints
from madein.indices.prints import Printed, catalogue, figures_table, prints_table, revisions_table, statistics_table, warnings_of
from madein.indices.revisions_step import Config

_FAN = ("First print", "Later print")


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.revisions_step.run`."""
    store, _ = read_prints(inputs.sources["prints"])
    known = catalogue(store, config.series, config.every)
    head = next((p for p in known if p.key == config.headline), known[0])
    if config.headline and head.key != config.headline:
        raise MadeinError(f"no series has the key {config.headline!r}", "with.headline", fix="use: " + ", ".join(p.key for p in known))
    prints = prints_table(store, known)
    revisions = revisions_table(prints)
    comparison = _most(revisions, head)
    made = {
        "prints": prints, "revisions": revisions, "statistics": statistics_table(revisions), "figures": figures_table(prints, known),
        "fan": _fan(prints, head, comparison, config.shown),
    }  # fmt: skip
    figures = tuple(_figures(made, head, comparison, config.certify))
    return Result(made, figures, tuple(_blocks(config, made, known, head, comparison, figures)), tuple(warnings_of(store)))


def _most(revisions: Table, head: Printed) -> str:
    """The comparison of which most revisions of a series are held."""
    mine = revisions.frame.filter(pl.col("series") == head.key).group_by("comparison").len().sort("len", "comparison", descending=[True, False])
    return str(mine["comparison"][0]) if mine.height else ""


def _fan(prints: Table, head: Printed, comparison: str, shown: int) -> Table:
    mine = prints.frame.filter((pl.col("series") == head.key) & (pl.col("comparison") == comparison))
    mine = mine.filter(pl.col("period").is_in(mine["period"].unique().sort().tail(shown).to_list()))
    word = pl.when(pl.col("print") == 1).then(pl.lit(_FAN[0])).otherwise(pl.lit(_FAN[1]))
    src = [[str(Ref("table:.prints", row_at({"series": head.key, "comparison": comparison, "period": p, "release": r})))]
           for p, r in mine.select("period", "release").iter_rows()]  # fmt: skip
    out = mine.select("period", "release", print=word, value="value", unit="unit").with_columns(_src=pl.Series(src, dtype=pl.List(pl.String)))
    return Table(out.sort("period", "release"), ("period", "release"), {"value": "@unit"}, "Prints of the latest periods")


def _figures(made: dict[str, Table], head: Printed, comparison: str, certify: int) -> Iterator[Figure]:
    mine = made["revisions"].frame.filter((pl.col("series") == head.key) & (pl.col("comparison") == comparison))
    chosen = mine.sort("period").tail(certify)
    about = f"{head.measure} {comparison}".strip()
    for row in chosen.iter_rows(named=True):
        key = {"series": head.key, "comparison": comparison, "period": row["period"]}
        for which, value in (("first", row["first"]), ("later", row["later"])):
            release = row[f"{which}_release"]
            series = "first print" if which == "first" else f"print of {release}"
            dims = {**head.dims, "series": series, **({"comparison": comparison} if comparison else {}), "period": row["period"]}
            ref = Ref("table:.prints", row_at({**key, "release": release}))
            yield Figure(head.measure, dims, value, row["unit"], (ref,), basis="published", method="as printed")
        yield Figure(
            "revision", {**_place(head), "series": about, "period": row["period"]}, row["revision"], row["revision_unit"],
            (Ref("table:.revisions", row_at(key)),), row["low"], row["high"], "computed", "latest print less first print",
        )  # fmt: skip
    refs = (Ref("table:.statistics", row_at({"series": head.key, "comparison": comparison})), Ref("table:.revisions"))
    found = made["statistics"].frame.filter((pl.col("series") == head.key) & (pl.col("comparison") == comparison))
    for row in found.iter_rows(named=True):
        words = {"mean": "mean", "mean_absolute": "mean size", "sd": "standard deviation"}
        for name, word in words.items():
            yield Figure("revision", {**_place(head), "series": f"{about}, {word}"}, row[name], row["unit"], refs,
                         method=f"{word} of latest print less first print")  # fmt: skip
        yield Figure("revision", {**_place(head), "series": f"{about}, how many"}, float(row["n"]), "period", refs,
                     method="counted")  # fmt: skip


def _place(head: Printed) -> dict[str, str]:
    return {k: v for k, v in head.dims.items() if k != "series"}


def _blocks(
    config: Config, made: dict[str, Table], known: Sequence[Printed], head: Printed, comparison: str, figures: Sequence[Figure]
) -> Iterator[Block]:
    of = {(f.dims.get("series", ""), f.dims.get("period", "")): f.id for f in figures if f.measure == "revision"}
    about = f"{head.measure} {comparison}".strip()
    if (f"{about}, mean", "") in of:
        mean, size, count = (of[f"{about}, {w}", ""] for w in ("mean", "mean size", "how many"))
        yield Block("finding", "", {"text": f"{_plain(head.label)}: over {{{count}}} the latest print differs from the first by {{{mean}}} on "
                                            f"average, and by {{{size}}} in size."})  # fmt: skip
    latest = max((p for s, p in of if s == about and p), default="")
    if latest:
        first, later = [f for f in figures if f.measure == head.measure and f.dims.get("period") == latest][:2]
        yield Block("finding", "", {"text": f"{_plain(head.label)} in {{{first.id}|period}}: first printed as {{{first.id}}}, later as "
                                            f"{{{later.id}}}, a revision of {{{of[about, latest]}}}."})  # fmt: skip
    if made["fan"].frame.height:
        what = COMPARISONS.get(comparison, "level")
        body = {"spec": print_fan(_FAN), "table": "fan", "pivot": ("period", "print", "value"),
                "alt": f"Every print of {head.label} ({what}) above its period; a rule joins the prints of one period."}  # fmt: skip
        yield Block("chart", f"{head.label}, {what}: every print", body)
    labels = {p.key: p.label for p in known} | {"n": "Periods", "mean_absolute": "Mean size", "sd": "Standard deviation", "share_up": "Share up"}
    columns = ("series", "comparison", "n", "mean", "mean_absolute", "sd", "smallest", "largest", "share_up", "t")
    if made["statistics"].frame.height:
        yield Block("table", "Statistics of revisions", {"table": "statistics", "columns": columns, "labels": labels})
    if made["revisions"].frame.height:
        both = ("comparison", "period", "first_release", "first", "later_release", "later", "revision")
        where = {"series": head.key, "comparison": comparison}
        yield Block("table", f"{head.label}: first print and latest", {"table": "revisions", "columns": both, "where": where, "last": 16})
    if config.note:
        yield Block("note", "What to know of these prints", {"text": config.note})
    yield Block("note", "How revisions are counted", {"text": _NOTE})


_NOTE = """A number is keyed by series, period and day of release; nothing is overwritten. A revision is the latest print less the first, in \
points for rates; periods printed once have none. The t value is that of the mean with a variance robust to autocorrelation (Newey and West)."""


def _plain(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "The series"
