"""The tables that the example's steps make, from a run of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reference.markdown import code, prose, sentence, table, title

COLUMNS = {
    "series": "Key of the series: `key` in `study.yaml`, else made from its label.",
    "period": "The period, in its canonical form.",
    "comparison": "What a change is taken against; see [comparisons](measures.md#comparisons).",
    "value": "The number, scale words resolved.",
    "low": "The least it can be, given how the printed numbers were rounded.",
    "high": "The most it can be.",
    "unit": "Unit of value, low and high.",
    "absent": "Why there is no value; empty where there is one.",
    "months": "How many months the gap is long.",
    "id": "Article and number of the fact in it.",
    "article": "File of the article, as `study.yaml` names it.",
    "item": "Which article of the page, counted from 0.",
    "start": "First character of the span, counted in the text of the document.",
    "end": "Character after the span.",
    "text": "The span as printed.",
    "press.texts.text": "The whole text, as offsets count it.",
    "kind": "level, count, growth, share, rank, capacity, investment, duration or date.",
    "indicator": "The noun phrase the number is about.",
    "measure": "Key of the [measure](measures.md) it names, where one fits.",
    "press.facts.value": "The number in base units, falls negative; empty for dates and ranges.",
    "value_low": "Lower end of a range the text gives.",
    "value_high": "Upper end of a range the text gives.",
    "press.facts.date": "The day, month, quarter or year a milestone falls on.",
    "press.items.date": "The date from which the article's words count.",
    "press.facts.unit": "Unit of the value: percent, pp, multiple, an ISO 4217 code, a measure, or the thing counted.",
    "press.facts.comparison": "What the text compares with; see [comparisons](measures.md#comparisons).",
    "geography": "Places the sentence names.",
    "actor": "The company or body that acts, where the text names one.",
    "qualifier": "exact, nearly, more_than, less_than or approx.",
    "status": "actual, estimate, forecast, plan or hypothetical.",
    "inferred": "True where the text prints no year and it was completed from the date of the article.",
    "sentence": "The sentence it stands in.",
    "title": "Headline.",
    "language": "Language the text was read in.",
    "press.unread.why": "Why the number states nothing.",
    "press_vs_data.statements.why": "What it was held against, or why nothing is held.",
    "verdict": "agrees, revised, contradicts or nothing.",
    "stated": "The number the article states.",
    "held": "The number held.",
    "press_vs_data.statements.low": "The least the number held can be.",
    "press_vs_data.statements.high": "The most it can be.",
    "relation": "Number of the relation, in the order of the articles.",
    "field": "Which field of the relation.",
    "type": "project, shipment, order_book, export_plan, ownership, joint_venture, person_role, pilot, agreement, recognition or plan.",
    "content": "What the text says; lists and milestones as JSON.",
    "check": "Number of the check.",
    "outcome": "consistent, contradiction, derived, revision or cannot_tell.",
    "about": "What was checked: same, headline, prior, plan, total, share, per_unit, sum, identity, part, record, growth or order.",
    "what": "The check in a sentence.",
    "press.checks.why": "The reason, with the intervals compared.",
    "press.checks.value": "A derived number; empty where one of its parts is only a bound.",
    "of": "Key of the series.",
    "economy": "ISO 3166 code or group.",
    "place": "Province, port or site, where the series is of one.",
    "partner": "Country at the other end of a flow.",
    "industry": "Section, division or class of ISIC.",
    "product": "Product, where the series is of one.",
    "indices.figures.series": "What tells the series from another of the same measure.",
    "vintage": "Order of the print among the prints of one series; empty for the one in force.",
    "_src": "References to what the row was read or computed from.",
    "subject": "What it is about: `type:name`, and `/dim=value` for a part of it.",
    "predicate": "What is said of the subject: a key of `ledger/predicates.yaml`.",
    "number": "The value, where it is a number.",
    "first": "First day on which the date told may lie.",
    "last": "Last day on which the date told may lie.",
    "basis": "`cumulative` where an amount counts the phases before it, `incremental` where it does not; empty where not told.",
    "valid_from": "First day for which the statement is meant to hold, where told.",
    "valid_to": "Last day for which it is meant to hold.",
    "said_from": "First day on which it may have been said.",
    "said_by": "Day from which it counts as known: the last on which it may have been said.",
    "source": "Who said it.",
    "supersedes": "Id of the claim it corrects.",
    "note": "What else was told.",
    "claims": "Ids of the claims it rests on.",
    "press_claims.id": "Id of the claim: a hash of all it says.",
    "press_claims.low": "Lower bound that the source gives.",
    "press_claims.high": "Upper bound that the source gives.",
    "press_claims.text": "The value, where it is a text.",
    "press_claims.unit": "Unit of number, low and high.",
    "press_claims.qualifier": "What the source says beside the value, such as more_than or by.",
    "press_claims.status": "planned, estimated, actual or requested.",
    "press_claims.place": "Where in the source it stands.",
    "ledger.id": "Id of the claim: a hash of all it says.",
    "ledger.claims.low": "Lower bound that the source gives.",
    "ledger.claims.high": "Upper bound that the source gives.",
    "ledger.low": "The least it can be, given what its sources say beside the value.",
    "ledger.high": "The most it can be; empty where the end is open.",
    "ledger.text": "The value, where it is a text.",
    "ledger.claims.unit": "Unit of number, low and high.",
    "ledger.qualifier": "What the source says beside the value, such as more_than or by.",
    "ledger.status": "planned, estimated, actual or requested.",
    "ledger.claims.place": "Where in the source it stands.",
    "project": "Subject of the project.",
    "phase": "The phase; empty for the project as a whole.",
    "name": "What it is called.",
    "ledger.product": "What it makes, as in the subject; empty where products are not parted.",
    "ledger.projects.stated": "States that sources give, several where they differ.",
    "state": "The state that counts: the stated one, or what silence makes of it.",
    "investors": "Who builds or pays, several parted by semicolons.",
    "site": "Industrial park or place.",
    "province": "The province as it was told.",
    "province_key": "Key of the province that this is on the day.",
    "province_now": "Name of that province.",
    "products": "What it makes, as told.",
    "last_said": "Day of the last statement about the project.",
    "silent_months": "Whole months since then.",
    "bucket": "Year or years in which production starts; `undated` where nobody says.",
    "start_event": "Which milestone dates it.",
    "start_status": "Whether that is planned or done.",
    "stage": "ahead, made or dead, from the state.",
    "overdue": "True where the start has passed and nobody says that it happened.",
    "ledger.pipeline.first": "First day on which production may start.",
    "ledger.pipeline.last": "Last day on which it may start.",
    "currency": "Currency of the capital.",
    "per": "Unit of the quotient.",
    "ledger.cost.unit": "Unit of the capacity.",
    "telling": "Which telling of this date it is, from 1.",
    "nth": "The same as text, so that rows sort.",
    "ledger.orders.nth": "Which telling of this order book it is.",
    "order_sure": "False where it is open which of two tellings came first.",
    "moved": "Days by which the date moved against the telling before; from deadline to deadline.",
    "moved_low": "The fewest days it can have moved, given the windows.",
    "moved_high": "The most.",
    "total": "Days by which it moved since it was first told.",
    "event": "The predicate in words.",
    "what_of": "Shipment and leg in words.",
    "named": "The same at the first telling, empty at later ones; the chart writes it.",
    "ledger.place": "Key of the province.",
    "lon": "Longitude of its centroid.",
    "lat": "Latitude.",
    "projects": "How many projects stand there.",
    "which": "Their names.",
    "finding": "Number of the finding.",
    "severity": "contradiction or look.",
    "ledger.check": "Which check found it.",
    "ledger.sentence": "What was found.",
    "shipment": "Subject of the shipment.",
    "batch": "Its name.",
    "exporter": "Who ships or holds the orders.",
    "ledger.shipments.product": "What is shipped.",
    "vessel": "Name of the ship.",
    "from_port": "Port of loading, as told.",
    "to_port": "Port or place of arrival, as told.",
    "leg": "loading, departure, arrival, first or last handover.",
    "units": "How many, for this leg or the shipment.",
    "first_promise": "The date first promised.",
    "last_promise": "The date promised last.",
    "promise_status": "Whether that is planned or estimated.",
    "actual": "The date on which it happened, where somebody says so.",
    "tellings": "How often its date was told.",
    "slip": "Days from the deadline first promised to the date it happened, or to the last promise.",
    "ledger.shipments.state": "done, implied by a later leg, due or overdue.",
    "market": "For where the orders are.",
    "models": "For which models.",
    "orders": "Orders held.",
    "change": "Change on the telling before.",
    "ledger.orders.kind": "first, revision or repeat.",
    "way": "Ports and passages in words.",
    "origin": "UN/LOCODE of the port of departure.",
    "destination": "UN/LOCODE of the port of arrival.",
    "via": "The passages by which people call the way.",
    "ship": "Kind of ship.",
    "distance": "Length of the way over the lanes of the sea.",
    "days_low": "Days at sea at full speed.",
    "days_high": "Days at sea at slow speed.",
    "usual_days": "Days at sea at the mean speed of such ships.",
    "ledger.voyages.shipment": "Subject of the shipment that tells the time; empty where study.yaml states it.",
    "ledger.voyages.stated": "Days that were stated.",
    "knots": "Average speed that these days need.",
    "ledger.voyages.verdict": "plausible, too fast, or slow steaming or waiting.",
    "shipped": "Units shipped so far.",
    "per_voyage": "Units a voyage carries.",
    "round_trip_days": "Days from one departure of a ship to the next.",
    "ships": "Ships at work.",
    "answer": "What the order book takes, in a sentence.",
    "attestation": "Subject of the recognition.",
    "holder": "Who holds it.",
    "ledger.attestations.product": "What it is about.",
    "scheme": "Under which scheme.",
    "owner": "Who owns the scheme.",
    "ledger.kinds.owner": "The kind of owner.",
    "owner_text": "The kind of owner, as told.",
    "ledger.attestations.kind": "The kind of owner: a key of `ledger/attestations.yaml`.",
    "strength": "How far its word binds somebody other than the holder: 0 to 5.",
    "scope": "For where or what it holds.",
    "result": "The result as told.",
    "ledger.outcome": "granted, refused, withdrawn, requested or unclear.",
    "issued_from": "First day on which it may have been issued.",
    "issued_by": "Last day on which it may have been issued.",
    "ledger.attestations.valid_to": "Last day of validity.",
    "ledger.attestations.state": "valid, ended, not yet, no end told, or the outcome where it was not granted.",
    "proves": "What the word of such an owner proves.",
    "proves_not": "What it does not prove.",
    "rank": "Order, the strongest word first.",
    "recognitions": "How many of them.",
    "origin.product": "Name of the product, or its file's where two are alike.",
    "origin.market": "Country or group it is sold to.",
    "origin.regime": "Agreement it could be claimed under; none where none is held.",
    "origin.verdict": "yes, no, open, no preference, or no preference held.",
    "origin.rule": "Id of the rule that was applied; several while a fact chooses between them.",
    "origin.article": "Where the rule stands.",
    "origin.test": "The test whose figure decided.",
    "origin.share": "Its figure, on the reading that the answer needs.",
    "origin.limit": "Its limit.",
    "origin.margin": "How far the figure is inside its limit; negative beyond it.",
    "origin.proof": "Documents of origin that would do.",
    "origin.open": "How many questions are open.",
    "origin.decisions.why": "The leaves that carried the answer.",
    "origin.duties.kind": "mfn (without preference) or preferential.",
    "origin.duties.state": "held, given, open, not held, excluded (by the agreement), or none (no preference).",
    "origin.duties.rate": "The rate as the tariff prints it.",
    "origin.duties.low": "The least it can be, in percent of the customs value.",
    "origin.duties.high": "The most it can be.",
    "origin.duties.held": "Days for which the rate is held.",
    "origin.duties.source": "Document the rate is from.",
    "origin.duties.notes": "What a user of the rate has to know.",
    "origin.materials.line": "Number of the line of the bill.",
    "origin.materials.part_of": "Line it is a part of; empty for a direct material of the product.",
    "origin.materials.name": "What it is.",
    "origin.materials.hs": "Code of the Harmonized System.",
    "origin.materials.hs_edition": "Edition of the code.",
    "origin.materials.origin": "Country it was made in; no statement of its status.",
    "origin.materials.originating": "Status as stated: yes, no, or empty where it is not stated.",
    "origin.materials.value": "Value within one unit of the product.",
    "origin.materials.currency": "Currency of the value.",
    "origin.materials.supplier": "Who makes or supplies it.",
    "origin.mends.number": "Rank: the cheapest sets of changes first, then the ways to meet the rule.",
    "origin.mends.change": "What would be done: alternatives by name, or lines that would have to originate.",
    "origin.mends.way": "The tests of the way that would then be met.",
    "origin.mends.cut": "Non-originating value, per unit, that would have to go.",
    "origin.mends.price": "By how much a higher price alone would meet the test.",
    "origin.mends.cost": "Added cost of one unit.",
    "origin.mends.fixed_cost": "Cost that is paid once.",
    "origin.mends.currency": "Currency of the amounts.",
    "origin.mends.break_even": "Units from which the duty saved pays for the change.",
    "origin.questions.number": "Rank of the question: those that settle most come first.",
    "origin.questions.supplier": "Who can answer it.",
    "origin.questions.line": "Line it is about; empty for the product.",
    "origin.questions.question": "The question.",
    "origin.questions.key": "Key of the fact, where the answer is a fact.",
}
"""Meaning of a column, or of ``step.column`` or ``step.table.column`` where one name means different things."""


def page(study: Path) -> Iterator[str]:
    """The page ``tables.md``."""
    from madein.study.finished import open_study

    done = open_study(study)
    yield from title("Tables")
    yield from prose("""
        A table is called `STEP.NAME`, where `STEP` is the id of the step in `study.yaml`. It lies in
        `out/tables/STEP.NAME.parquet`, in a sheet of `figures.xlsx` and in the schema `STEP` of `warehouse.duckdb`. Rows are
        sorted by the key, and the key addresses them: `madein why vietnam 'iip.levels[series=total,period=2024-07]'`.
        Columns that begin with `_` serve the certificates.

        The rows counted here are those of the example `vietnam`.
    """)
    uses: dict[str, dict[str, list[str]]] = {}
    for chapter in done.chapters:
        for full in done.tables:
            if full.partition(".")[0] == chapter.id:
                uses.setdefault(chapter.use, {}).setdefault(full.partition(".")[2], []).append(full)
    used: set[str] = set()
    for use, by_name in uses.items():
        yield from title(f"Tables of the step {use}", 2)
        for name, fulls in by_name.items():
            about = done.tables[fulls[0]]
            schema = done.table(fulls[0]).frame.schema
            yield from title(f"{use}: {name}", 3)
            yield from prose(f"{sentence(about['title'])} Key: {', '.join(map(code, about['key']))}.")
            rows = [(code(c), kind(str(schema[c])), unit(about["units"].get(c, "")), meaning(use, name, c, used)) for c in about["columns"]]
            yield from table(("column", "holds", "unit", "meaning"), rows)
            yield from prose("In the example: " + ", ".join(f"`{f}` ({done.tables[f]['rows']:,} rows)" for f in fulls) + ".")
    if gone := set(COLUMNS) - used:
        raise SystemExit(f"no table has these columns, remove them from tools/reference/tables.py: {', '.join(sorted(gone))}")


def meaning(use: str, name: str, column: str, used: set[str]) -> str:
    """What a column means; one without a meaning ends the program."""
    found = next((k for k in (f"{use}.{name}.{column}", f"{use}.{column}", column) if k in COLUMNS), None)
    if found is None:
        raise SystemExit(f"say in tools/reference/tables.py what the column {column!r} of {use}.{name} means")
    used.add(found)
    return COLUMNS[found]


def kind(dtype: str) -> str:
    """A Polars type in words."""
    return {
        "String": "text",
        "Float64": "number",
        "Int64": "whole number",
        "List(String)": "list of text",
        "Boolean": "yes or no",
        "Date": "date",
    }.get(dtype, dtype)


def unit(text: str) -> str:
    """The unit of a column, or where that of the row stands."""
    return f"that in `{text[1:]}`" if text.startswith("@") else code(text)
