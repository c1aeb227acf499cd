"""Sea distances against searoute itself, ways around canals, and sailing times that articles stated."""

from __future__ import annotations

import csv
import math
import random
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("searoute", reason="needs the extra 'ledger'")

from madein.core.errors import MadeinError
from madein.ledger import lanes
from madein.ledger.bounds import Interval
from madein.ledger.lanes import NoRoute, Route, crosses, distance_matrix, sea_route, sea_routes
from madein.ledger.places import Place
from madein.ledger.ports import Port, data_file, find_port, great_circle, ports, searoute_package
from madein.ledger.voyage import Ship, check_voyage, find_ship, ships

HAI_PHONG = Port("VNHPH", "Hai Phong", "VNM", 106.74, 20.91)
ALL = sorted(ports().values(), key=lambda p: p.code)
GATES = {k: p["gate"] for k, p in data_file("passages.yaml")["passages"].items() if "gate" in p}

KNOWN = [
    # where, lon, lat, nautical miles, days at 15, 16.5 and 18 knots, knots for 20 days
    ("Los Angeles", -118.25, 33.75, (), 6973, (19.4, 17.6, 16.1), 14.5),
    ("Port Hueneme", -119.11, 34.08, (), 6901, (19.2, 17.4, 16.0), 14.4),
    ("Oakland", -122.29, 37.83, (), 6625, (18.4, 16.7, 15.3), 13.8),
    ("Benicia", -122.15, 38.04, (), 6650, (18.5, 16.8, 15.4), 13.9),
    ("Vancouver", -123.15, 49.31, (), 6375, (17.7, 16.1, 14.8), 13.3),
    ("Zeebrugge", 3.22, 51.34, (), 9636, (26.8, 24.3, 22.3), 20.1),
    ("Zeebrugge, Suez closed", 3.22, 51.34, ("suez",), 12980, (36.1, 32.8, 30.0), 27.0),
    ("Rotterdam, Europoort", 4.15, 51.96, (), 9681, (26.9, 24.4, 22.4), 20.2),
    ("Rotterdam, Suez closed", 4.15, 51.96, ("suez",), 13025, (36.2, 32.9, 30.2), 27.1),
]


@pytest.mark.parametrize(("where", "lon", "lat", "avoid", "nm", "days", "knots"), KNOWN)
def test_distances_from_hai_phong(where: str, lon: float, lat: float, avoid: tuple[str, ...], nm: int, days: tuple[float, ...], knots: float) -> None:
    route = sea_route(HAI_PHONG, Port("", where, "", lon, lat), avoid)
    assert round(route.distance_nm) == nm
    # The table that these days come from divided rounded distances: 0.05 and a hair.
    assert [route.days(v) for v in (15, 16.5, 18)] == pytest.approx(days, abs=0.06)
    assert route.distance_nm / 480 == pytest.approx(knots, abs=0.06)


@pytest.mark.parametrize(
    ("code", "nm"), [("USLAX", 6973), ("USNTD", 6901), ("USOAK", 6625), ("USBNC", 6650), ("CAVAN", 6375), ("BEZEE", 9636), ("NLRTM", 9681)]
)
def test_ports_of_the_list_stand_within_a_quarter_percent(code: str, nm: float) -> None:
    """Where in Los Angeles or Rotterdam a ship is taken to end changes the distance by 14 miles."""
    assert sea_route(find_port("VNHPH"), ports()[code]).distance_nm == pytest.approx(nm, rel=0.0025)


def pairs(n: int, seed: int) -> list[tuple[Port, Port]]:
    draw = random.Random(seed)
    return [(draw.choice(ALL), draw.choice(ALL)) for _ in range(n)]


@pytest.mark.parametrize("avoid", [(), ("suez",), ("panama",), ("suez", "panama"), ("malacca",)])
def test_searoute_finds_the_same(avoid: tuple[str, ...]) -> None:
    searoute = searoute_package()
    worst = 0.0
    for a, b in pairs(60, seed=len("".join(avoid))):
        # The speed is named although the duration is not read: it would be that of a fast container ship.
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            told = searoute.searoute(
                (a.lon, a.lat), (b.lon, b.lat), units="naut", speed_knot=15, restrictions=["northwest", *avoid], return_passages=True
            )
        if warned:
            with pytest.raises(NoRoute):
                sea_route(a, b, avoid)
            continue
        route = sea_route(a, b, avoid)
        worst = max(worst, abs(told.properties["length"] - route.distance_nm))
        named = set(told.properties["traversed_passages"])
        assert named == set(route.passages) - {"dardanelles"} or abs(told.properties["length"] - route.distance_nm) > 1e-6
    # Where two ways are equally long in rounded kilometres the choice is free: some hundred metres.
    assert worst < 0.5


def test_the_matrix_is_all_pairs() -> None:
    some = random.Random(3).sample(ALL, 40)
    matrix = distance_matrix(some)
    assert matrix.shape == (40, 40) and np.allclose(np.diag(matrix), 0)
    assert np.abs(matrix - matrix.T).max() < 0.5
    searoute = searoute_package()
    draw = random.Random(4)
    for _ in range(200):
        i, j = draw.randrange(40), draw.randrange(40)
        told = searoute.searoute((some[i].lon, some[i].lat), (some[j].lon, some[j].lat), units="naut", speed_knot=15, restrictions=["northwest"])
        assert matrix[i, j] == pytest.approx(told.properties["length"], abs=0.5)
        assert matrix[i, j] == pytest.approx(sea_route(some[i], some[j]).distance_nm)
    assert distance_matrix([]).shape == (0, 0)


def test_no_edge_of_the_network_slips_through_a_gate() -> None:
    """Every lane that crosses the line from shore to shore bears the passage's label, so that closing it closes all."""
    graph = searoute_package().setup_M()
    for passage, gate in GATES.items():
        across = [about.get("passage") for u, v, about in graph.edges(data=True) if abs(u[0] - v[0]) < 180 and crosses([u, v], gate)]
        assert across and set(across) == {passage}, passage


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(ALL), st.sampled_from(ALL), st.sets(st.sampled_from(sorted(GATES)), max_size=3))
def test_a_way_keeps_out_of_what_is_closed_and_is_no_shorter(a: Port, b: Port, closed: set[str]) -> None:
    open_way = sea_route(a, b)
    check(open_way)
    try:
        route = sea_route(a, b, closed)
    except NoRoute as fault:
        assert closed & set(open_way.passages) and "no way over the sea" in str(fault)
        return
    check(route)
    assert not closed & set(route.passages)
    assert not any(crosses(route.line, GATES[p]) for p in closed)
    assert route.distance_nm >= open_way.distance_nm - 0.5
    back = sea_route(b, a, closed)
    assert back.distance_nm == pytest.approx(route.distance_nm, abs=0.5)


def check(route: Route) -> None:
    along = sum(great_circle(Port("", "", "", *u), Port("", "", "", *v)) for u, v in zip(route.line, route.line[1:], strict=False))
    assert along == pytest.approx(route.distance_nm, abs=1e-6)
    assert route.distance_nm + route.approach_nm >= route.great_circle_nm - 1e-6
    assert all(abs(u[0] - v[0]) <= 180 for u, v in zip(route.line, route.line[1:], strict=False))
    # What the labels say the map says too.
    assert {p for p in GATES if crosses(route.line, GATES[p])} <= set(route.passages)


def test_a_route_that_slips_through_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a network's edge through the canal without its label, the map would tell."""
    a, b = find_port("Hai Phong"), find_port("Zeebrugge")
    through = sea_route(a, b)
    monkeypatch.setattr(lanes, "_computed", lambda *_: (through.distance_nm, 0.0, (), through.line))
    with pytest.raises(NoRoute, match="leads through suez"):
        sea_route(a, b, ["suez"])


def test_where_no_way_is_left_nothing_is_made_up() -> None:
    a, b = find_port("Hai Phong"), find_port("Genoa")
    with pytest.raises(NoRoute, match="the Suez Canal"):
        sea_route(a, b, ["suez", "gibraltar"])
    # The same question put to searoute: a route of length zero.
    with pytest.warns(UserWarning, match="No path"):
        told = searoute_package().searoute((a.lon, a.lat), (b.lon, b.lat), speed_knot=15, restrictions=["northwest", "suez", "gibraltar"])
    assert told.properties["length"] == 0
    assert sea_routes(a, b)[-1].way == "via the Cape of Good Hope"
    assert math.isinf(distance_matrix([a, b], ["suez", "gibraltar"])[0, 1])
    with pytest.raises(MadeinError, match="'kiel' is no passage"):
        sea_route(a, b, ["kiel"])


def test_ways_worth_naming() -> None:
    ways = [(round(r.distance_nm, -2), r.way) for r in sea_routes(find_port("Hai Phong"), find_port("New York"))]
    assert ways == [(11500, "via the Suez Canal"), (11900, "via the Panama Canal"), (13700, "via the Cape of Good Hope")]
    assert [r.way for r in sea_routes(find_port("Hai Phong"), find_port("Los Angeles"))] == ["direct"]
    assert not any("northwest" in r.passages for a, b in pairs(40, 9) for r in sea_routes(a, b))


def test_the_line_runs_on_over_the_date_line() -> None:
    line = sea_route(find_port("Hai Phong"), find_port("Los Angeles")).line
    assert line[0][0] < 180 < line[-1][0] and line[-1][0] - 360 == pytest.approx(-118.3, abs=0.3)


STATED = [
    ("California", 20, "vehicle carrier", "plausible"),
    ("Benicia", 20, "vehicle carrier", "plausible"),
    ("California", (20, math.inf), "vehicle carrier", "plausible"),
    ("California", 10, "vehicle carrier", "too fast"),
    ("California", 40, "vehicle carrier", "slow steaming or waiting"),
    ("Zeebrugge", 20, "vehicle carrier", "too fast"),
    ("Zeebrugge", (19, 21), "vehicle carrier", "plausible"),
    ("Zeebrugge", 40, "vehicle carrier", "plausible"),
    ("Zeebrugge", 60, "vehicle carrier", "slow steaming or waiting"),
    ("Zeebrugge", 18, "container ship", "plausible"),
    ("California", 14, "bulk carrier", "too fast"),
]


@pytest.mark.parametrize(("destination", "days", "ship", "verdict"), STATED)
def test_verdicts(destination: str, days: float | tuple[float, float], ship: str, verdict: str) -> None:
    assert check_voyage("Hai Phong", destination, days, ship).verdict == verdict


def test_twenty_days_to_california() -> None:
    found = check_voyage("VNHPH", "California", 20)
    assert len(found.legs) == 10 and all(leg.verdict == "plausible" for leg in found.legs)
    assert found.implied_knots is not None and found.slack_days is not None
    assert 13.5 < found.implied_knots.low < found.implied_knots.high < 15
    # Days to spare at 15 to 18 knots on the ways of the table: 0.6 to 4.7 (it said 1.5 to 4.5 at service speed).
    spare = [20 - leg.route.days(v) for leg in found.legs if leg.route.destination.code in ("USLAX", "USNTD", "USOAK", "USBNC") for v in (15, 18)]
    assert (round(min(spare), 1), round(max(spare), 1)) == (0.7, 4.7)
    assert found.answer() == (
        "Hai Phong to California (10 ports) is 6,625 to 7,041 nautical miles: 14 to 24 days for a vehicle carrier, usually 18 to 20;"
        " 20 days need 13.8 to 14.7 knots: plausible."
    )


def test_answers() -> None:
    assert check_voyage("Hai Phong", "Zeebrugge", 40).answer().endswith("40 days need 10.0 knots: plausible via the Cape of Good Hope.")
    assert check_voyage("Hai Phong", "California", (20, math.inf)).answer().endswith("at least 20 days need at most 14.7 knots: plausible.")
    canada = check_voyage("Hai Phong", "Canada", 15)
    fine = {leg.route.destination for leg in canada.legs if leg.verdict == "plausible"}
    assert {p.code for p in fine} >= {"CAVAN", "CAPRR"} and "CAHAL" not in {p.code for p in fine}
    assert canada.answer().endswith(f"knots: plausible for {len(fine)} of {len(canada.destination.ports) - len(canada.left_out)} pairs of ports.")
    assert check_voyage("Hai Phong", "Oakland").answer().endswith("usually 18.") and check_voyage("Hai Phong", "Oakland").verdict is None


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["USLAX", "BEZEE", "USNYC", "JPYOK"]), st.floats(0.5, 100), st.floats(0, 30), st.sampled_from(sorted(ships())))
def test_more_days_are_never_faster(code: str, days: float, more: float, kind: str) -> None:
    order = ["too fast", "plausible", "slow steaming or waiting"]
    one, two = (check_voyage(HAI_PHONG, ports()[code], d, kind) for d in (days, days + more))
    for a, b in zip(one.legs, two.legs, strict=True):
        assert order.index(a.verdict or "") <= order.index(b.verdict or "")
    # A stated stretch holds every time within it.
    both = check_voyage(HAI_PHONG, ports()[code], (days, days + more), kind)
    assert both.implied_knots is not None and two.implied_knots is not None
    assert both.implied_knots.low == pytest.approx(two.implied_knots.low)
    assert both.verdict == "plausible" if "plausible" in (one.verdict, two.verdict) else True


def test_shipments_of_the_record(reference: Path) -> None:
    """Departures and expected arrivals as reported: dates without hours leave a day on each side."""
    with (reference / "ledger" / "gold" / "shipments.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    left = {r["batch_id"]: r for r in rows if r["event"] == "departure" and r["classifier"] == "ACT"}
    weighed = 0
    for r in rows:
        if r["event"] == "arrival" and r["batch_id"] in left:
            gone = left[r["batch_id"]]
            days = (date.fromisoformat(r["date"]) - date.fromisoformat(gone["date"])).days
            found = check_voyage(gone["load_unlocode"], gone["discharge_unlocode"] or gone["discharge_port"], (days - 1, days + 1))
            assert days == 20 and found.verdict == "plausible"
            weighed += 1
    assert weighed == 2


def test_inland_ports_are_left_out() -> None:
    found = check_voyage("Hai Phong", "EU")
    assert {"Sofia", "Warszawa"} <= {p.name for p in found.left_out}
    assert not set(found.left_out) & {leg.route.destination for leg in found.legs}


def test_kinds_of_ships() -> None:
    assert all(0 < s.slow < s.usual < s.full and s.source for s in ships().values())
    names = [n for about in data_file("ships.yaml")["ships"].values() for n in about["names"]]
    assert len({find_ship(n).kind for n in names}) == len(ships()) == 5
    own = Ship("ferry", 18, 20, 24, "her owner")
    assert check_voyage("Hai Phong", "Oakland", 13, own).verdict == "plausible"
    with pytest.raises(MadeinError, match="name one of: vehicle carrier"):
        find_ship("zeppelin")


@pytest.mark.parametrize("days", [0, -3, math.nan, (5, 2)])
def test_bad_days(days: float) -> None:
    with pytest.raises(MadeinError):
        check_voyage("Hai Phong", "Oakland", days)


def test_bad_speed() -> None:
    with pytest.raises(MadeinError, match="no speed"):
        sea_route(HAI_PHONG, ports()["USOAK"]).days(0)


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    def refuse(*_: object) -> None:
        raise AssertionError("searched again")

    with monkeypatch.context() as patch:
        patch.setattr(lanes, "_computed", refuse)
        yield patch


def test_a_route_kept_on_disk_is_the_same(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    kept = tmp_path / "routes.sqlite"
    ways = sea_routes(find_port("Hai Phong"), find_port("Zeebrugge"), kept)
    assert [r.way for r in ways] == ["via the Suez Canal", "via the Cape of Good Hope"]
    request.getfixturevalue("no_search")
    assert sea_routes(find_port("Hai Phong"), find_port("Zeebrugge"), kept) == ways
    with pytest.raises(AssertionError, match="searched again"):
        sea_route(find_port("Hai Phong"), find_port("Oakland"), cache=kept)


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    kept = tmp_path / "routes.sqlite"
    code = (
        "import sys; from pathlib import Path; from madein.ledger.lanes import sea_route; from madein.ledger.ports import ports;"
        "some = sorted(ports())[:: int(sys.argv[2])][:60];"
        "print(sum(sea_route(ports()['VNHPH'], ports()[c], (), Path(sys.argv[1])).distance_nm for c in some))"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, str(kept), step], stdout=subprocess.PIPE, text=True) for step in ("40", "41")]
    sums = [float(run.communicate(timeout=120)[0]) for run in runs]
    for step, found in zip((40, 41), sums, strict=True):
        some = sorted(ports())[::step][:60]
        assert found == pytest.approx(sum(sea_route(ports()["VNHPH"], ports()[c], (), kept).distance_nm for c in some))


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but long enough to be looked at as one" * 40)
    with pytest.raises(MadeinError, match=r"notes\.txt: the file is no cache of routes"):
        sea_route(HAI_PHONG, ports()["USOAK"], cache=other)
    assert other.read_text().startswith("not a database")
    with pytest.raises(MadeinError, match="no cache of routes"):
        sea_route(HAI_PHONG, ports()["USOAK"], cache=tmp_path / "absent" / "routes.sqlite")
    # A cache whose middle was lost, by a full disk or a bad copy.
    kept = tmp_path / "routes.sqlite"
    for code in sorted(ports())[::100]:
        sea_route(HAI_PHONG, ports()[code], cache=kept)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:5000] + bytes(len(whole) - 5000))
    with pytest.raises(MadeinError, match=r"routes\.sqlite: the file is no cache"):
        for code in sorted(ports())[::100]:
            sea_route(HAI_PHONG, ports()[code], cache=kept)


def test_places_and_ports_are_taken_as_they_are() -> None:
    oakland = find_port("Oakland")
    by_name, by_port, by_place = (check_voyage("VNHPH", d, 20) for d in ("Oakland", oakland, Place("Oakland", "port", (oakland,))))
    assert by_name.legs == by_port.legs == by_place.legs
    assert by_name.distance_nm == Interval(by_name.legs[0].route.distance_nm, by_name.legs[0].route.distance_nm)
