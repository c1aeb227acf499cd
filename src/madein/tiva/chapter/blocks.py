"""What the chapter shows: findings, charts, the dependence on suppliers, what the method does to the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from madein.core.step import Block, Figure, Table
from madein.tiva.account import REST, TAXES, TOTAL, method_line
from madein.tiva.chapter import Case, charts
from madein.tiva.chapter.figures import ENDS
from madein.tiva.chapter.tables import OTHERS, shown_industries, single_industries
from madein.tiva.chapter.years import OWN_SERIES, total_of
from madein.tiva.sensitivity import ALIKE

if TYPE_CHECKING:
    from madein.tiva.step import Config


def blocks(case: Case, tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    """Blocks in reading order."""
    yield from _findings(case, tables, figures, config)
    yield from _bars(case, tables, config)
    if "years" in tables:
        yield from _lines(case, tables["years"], config)
        yield from _industry_lines(case, tables["years"], config)
    yield from _uses(case, tables)
    yield from _gains(case, tables, config)
    yield _suppliers(tables["suppliers"])
    if "methods" in tables:
        yield _methods(case, tables["methods"])
    yield Block("note", "How it is computed", {"text": _note(case, config)})


def spoken(*names: str) -> bool:
    """Whether names may stand in a sentence: digits are kept for figures."""
    return not any(c.isdigit() for name in names for c in name)


def _id(measure: str, case: Case, **dims: str) -> str:
    return Figure(measure, {**case.dims, **dims}, None, "percent", ()).id


def _findings(case: Case, tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    economy = case.names.economy(case.profile.economy)
    total = _id("domestic_share", case)
    when = f" in {{{total}|period}}" if case.period else ""
    who = economy if spoken(economy) else "the economy"
    text = f"Of what {who} exported{when}, {{{total}}} was its own value"
    ranked = single_industries(tables["shares"].frame).drop_nulls("share").sort("share", "industry")
    ranked = ranked.filter(ranked["industry"].is_in(shown_industries(case, config.show)))
    if ranked.height > 2:
        low, high = ranked.row(0, named=True), ranked.row(-1, named=True)
        if spoken(low["name"], high["name"]):
            least, most = (f"{{{_id('domestic_share', case, industry=row['industry'])}}}" for row in (low, high))
            text += (
                f"; among the largest exporting industries the least in {_lower(low['name'])}, {least}, the most in {_lower(high['name'])}, {most}"
            )
    if "intervals" in tables:
        ends = [f"{{{_id('domestic_share_bound', case, scenario=scenario)}}}" for scenario in ENDS.values()]
        text += f". Errors in the flows of the table, as the note takes them, leave the share of all exports between {' and '.join(ends)}"
    yield Block("finding", "", {"text": text + "."})
    yield from _ranking(case, figures, "origin_content_share", "origin", "The largest parts of it that others added: ")
    yield from _ranking(case, figures, "final_use_share", "destination", "The largest final users of the own value: ")
    if "years" in tables:
        yield from _since(case, tables["years"], config)
    gains = tables["gains"].frame.drop_nulls("gain").sort("gain", "product", descending=[True, False])
    chosen = gains.filter(gains["product"] == config.product) if config.product else gains.head(1)
    for row in chosen.iter_rows(named=True):
        found = {f.measure: f.id for f in figures if f.dims.get("product") == row["product"]}
        name = _lower(row["name"]) if spoken(row["name"]) else "the input that adds most"
        whole = "all" if config.part == 1 else "a part"
        yield Block("finding", "", {"text": (
            f"If {whole} of what industries buy abroad of {name} were made at home in the same way, the share would be "
            f"{{{found['localised_share']}}}, {{{found['localisation_gain']}}} more: accounting, no forecast."
        )})  # fmt: skip


def _ranking(case: Case, figures: Sequence[Figure], measure: str, dim: str, opening: str) -> Iterator[Block]:
    held = [f for f in figures if f.measure == measure and f.value and f.dims[dim] not in (*REST, case.profile.economy)]
    held = sorted(held, key=lambda f: (-(f.value or 0), f.id))[:2]
    told = [(case.names.economy(f.dims[dim]), f.id) for f in held]
    if told and spoken(*(name for name, _ in told)):
        parts = [f"{name} ({{{id_}}})" for name, id_ in told]
        yield Block("finding", "", {"text": opening + (", ".join(parts[:-1]) + " and " if parts[1:] else "") + parts[-1] + "."})


def _since(case: Case, years: Table, config: Config) -> Iterator[Block]:
    key = next(iter(_series(years, config)))
    rows = total_of(years, key)
    if rows.height < 2:
        return
    first, last = (
        Figure("domestic_share", {"economy": case.profile.economy, "series": key, "period": rows["period"][i]}, None, "percent", ()).id
        for i in (0, -1)
    )
    yield Block("finding", "", {"text": f"In {{{first}|period}} the own value was {{{first}}}, in {{{last}|period}} {{{last}}}, both by one method."})


def _series(years: Table, config: Config) -> dict[str, str]:
    """Keys of the series and what they are called, the leading one first."""
    return {**config.series, **{k: k for k in years.frame["series"].unique().sort().to_list() if k not in config.series}}


def _bars(case: Case, tables: Mapping[str, Table], config: Config) -> Iterator[Block]:
    shown = shown_industries(case, config.show)
    frame = single_industries(tables["shares"].frame).drop_nulls("share")
    order = frame.filter(frame["industry"].is_in(shown)).sort("share", "industry", descending=[True, False])["name"].to_list()
    whose = tables["whose"].frame
    origins = whose.unique(["rank", "origin"]).sort("rank")["origin"].to_list()
    held = set(whose["industry"].to_list())
    names = [n for n in order if n in held]
    spec = charts.origin_bars(names, origins, case.profile.factored.rest is not None)
    yield Block("chart", f"Whose value the exports hold: own value first, its share beside the bar; {case.basis}", {
        "spec": spec, "table": "whose", "pivot": ("industry", "origin", "share"), "labels": {o: o for o in origins},
        "alt": f"Stacked bars: exports of each industry split by whose value they hold: {', '.join(origins)}.",
    })  # fmt: skip


def _lines(case: Case, years: Table, config: Config) -> Iterator[Block]:
    series = _series(years, config)
    basis = "estimated" if "estimated" in years.frame["_basis"].to_list() else case.basis
    yield Block("chart", f"Own value in all exports over the years, by method; {basis}", {
        "spec": charts.year_lines("series", series), "table": "years", "where": {"industry": TOTAL}, "pivot": ("period", "series", "share"),
        "labels": series, "alt": f"Lines: the domestic share of all exports by year, one line for each method: {', '.join(series.values())}.",
    })  # fmt: skip


def _industry_lines(case: Case, years: Table, config: Config) -> Iterator[Block]:
    """The share of the largest industries over the years, where tables or a panel of several years are given."""
    for key in OWN_SERIES:
        frame = years.frame.filter(years.frame["series"] == key)
        held = set(frame["industry"].to_list())
        names = {i: case.names.industry(i) for i in shown_industries(case, min(config.show, charts.LINES)) if i in held}
        if frame["period"].n_unique() < 2 or not names:
            continue
        basis = "estimated" if "estimated" in frame["_basis"].to_list() else case.basis
        yield Block("chart", f"Own value in exports over the years, the largest industries; {basis}", {
            "spec": charts.year_lines("industry", names), "table": "years", "where": {"series": key}, "pivot": ("period", "industry", "share"),
            "labels": names, "alt": f"Lines: the domestic share of exports by year, one line for each industry: {', '.join(names.values())}.",
        })  # fmt: skip


def _uses(case: Case, tables: Mapping[str, Table]) -> Iterator[Block]:
    flows = tables["flows"].frame
    industries = flows.unique("industry_rank").sort("industry_rank")["industry"].to_list()
    users = flows.unique("user_rank").sort("user_rank")["user"].to_list()
    spec = charts.use_ribbons(industries, users, float(flows["value_added"].to_numpy().sum()))
    yield Block("chart", f"Where the own value in exports is finally used; {case.basis}", {
        "spec": spec, "table": "flows", "pivot": ("industry", "user", "value_added"), "labels": {u: u for u in users},
        "alt": f"Ribbons from exporting industries ({', '.join(industries)}) to the economies that finally use them ({', '.join(users)}).",
    })  # fmt: skip


def _gains(case: Case, tables: Mapping[str, Table], config: Config) -> Iterator[Block]:
    frame = tables["gains"].frame.drop_nulls("gain").sort("gain", "product", descending=[True, False])
    order = frame["name"].to_list()[: config.show]
    if order:
        yield Block("chart", f"Percentage points that an input adds if it is made at home; {case.basis}", {
            "spec": charts.gain_bars(order), "table": "gains",
            "alt": f"Bars: what the domestic share of exports gains if an input is made at home, the most with {order[0]}.",
        })  # fmt: skip


def _suppliers(table: Table) -> Block:
    labels = {"name": "exports of", "foreign": "from abroad", "hhi_low": "concentration, at least", "hhi_high": "at most"}
    labels |= {f"{what}_{k}": text for k, nth in ((1, "first"), (2, "second")) for what, text in (("supplier", nth), ("share", "of it"))}
    columns = tuple(c for c in table.frame.columns if c not in ("industry", "_src", "_basis"))
    return Block("table", "Who stands behind exports from abroad", {"table": "suppliers", "columns": columns, "labels": labels})


def _methods(case: Case, table: Table) -> Block:
    top = [TOTAL, *shown_industries(case, 3)]
    held = set(table.frame["industry"].to_list())
    labels = {i: case.names.industry(i) for i in top if i in held}
    body = {"table": "methods", "pivot": ("method", "industry", "share"), "labels": labels}
    return Block("table", "The same share by other methods", body)


def _lower(name: str) -> str:
    """A name inside a sentence: its first letter small, unless it is an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _note(case: Case, config: Config) -> str:
    f = case.profile.factored
    parts = [config.note] if config.note else []
    parts.append(f"{_METHOD} Here: {method_line(f)}.")
    if f.rest is not None:
        parts.append(f"What the table calls neither value added nor input, taxes on products above all, is told apart as {TAXES}.")
    if case.profile.other_share is not None:
        other = "output less inputs, such taxes inside" if f.rest is not None else "the value added that the table states"
        parts.append(f"With {other}, the share would be {100 * case.profile.other_share:.1f} %.")
    if config.noise:
        parts.append(f"The interval takes each flow between industries to have a standard deviation of {100 * config.noise:g} % of itself, errors "
                     f"to go together in {ALIKE[config.errors]}, and holds {100 * config.level:g} % of a normal distribution, to first order; what "
                     "no flow tells, such as firms that differ within an industry, is not in it.")  # fmt: skip
    parts.append(f"Charts name the largest economies and add the others up as {OTHERS}. {_LOCAL}")
    return "\n\n".join(parts)


_METHOD = """The share is the domestic content of gross exports: value added at home, at all stages, in one unit of exports, with the \
Leontief inverse of an inter-country table. What leaves, returns and leaves again counts each time, as in the OECD's EXGR_DVA; the table \
of shares gives what is counted once beside it."""

_LOCAL = """What an input adds is found by buying it from the same industry at home instead of abroad, nothing else changed; whether it \
can be made there at that price is not asked. Concentration is the Herfindahl-Hirschman index of the value from abroad, a rest of the \
world taken as many or as one."""
