"""Specs: read, written, kept from being broken by names; what the program says, read and put plainly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.indices.seasonal import Observed, parse_spc, write_spc
from madein.indices.seasonal.build import standard_spec, with_holiday
from madein.indices.seasonal.fields import read_model
from madein.indices.seasonal.grammar import Quoted, parse_tree, write_tree
from madein.indices.seasonal.holidays import moving_holiday
from madein.indices.seasonal.refusals import explain
from madein.indices.seasonal.run import read_messages, read_table, read_udg
from madein.indices.seasonal.spec import safe_title

FULL = """
# a comment { with braces }
Series { Title = "A 'quoted' title"  START=2017.Jan period=12 decimals=2
  data=(1 2,3  4.5e1 -99999 6) span=(2017.02, ) save=(a1) }
transform{ function=log adjust=lpyear }
regression{ variables=(td easter[8] ao2020.apr ls2017.mar td/1990.jan/ tl2017.feb-2017.apr)
  user=(One Two) usertype=(holiday user) start=2017.01 data=(1 2 3 4 5 6) b=(0.1,,0.3f) aictest=(td easter) }
arima{ model=([1 3] 1 1)(0 1 1)12 ma=(0.4f, ,0.5) }
outlier{ types=(ao ls) critical=(3.5, ,4.0) }
forecast{ maxlead=12 } x11{ seasonalma=(s3x5 s3x9) sigmalim=(1.5 2.5) trendma=13 mode=mult }
force{ type=denton } slidingspans{}
"""


def test_every_section_is_typed_or_kept() -> None:
    spec = parse_spc(FULL)
    assert spec.series.start == 2017 * 12
    assert np.isnan(spec.series.data[4]) and spec.series.data[3] == 45.0
    assert spec.transform is not None and spec.transform.adjust == "lpyear"
    assert spec.regression is not None and spec.regression.user == ("One", "Two")
    assert spec.regression.b == (("0.1", "", "0.3f"),)
    assert spec.arima is not None and spec.arima.model == "([1 3] 1 1)(0 1 1)12"
    assert spec.arima.ma == (("0.4f", "", "0.5"),)
    assert spec.outlier is not None and spec.outlier.critical == (("3.5", "", "4.0"),)
    assert list(spec.other) == ["force", "slidingspans"]
    again = parse_spc(write_spc(spec))
    assert again.series.title == "A quoted title"
    assert repr(parse_spc(write_spc(again))) == repr(again)
    for section in ("transform", "regression", "arima", "outlier", "forecast", "x11", "other"):
        assert repr(getattr(again, section)) == repr(getattr(spec, section))


NAMES = st.text("abcdefghij", min_size=1, max_size=8)
WORDS = st.one_of(st.from_regex(r"[a-z0-9.+-]{1,12}", fullmatch=True), st.from_regex(r"[a-z]{1,5}\[[0-9 ]{1,4}\]", fullmatch=True))
GAPS = st.lists(st.one_of(WORDS, st.just("")), min_size=2, max_size=9).map(tuple)
ITEMS = st.recursive(
    st.one_of(WORDS, GAPS, st.text('abc "xyz', max_size=9).map(Quoted)), lambda x: st.lists(x, min_size=1, max_size=30).map(tuple), max_leaves=30
)
TREES = st.dictionaries(NAMES, st.dictionaries(NAMES, st.lists(ITEMS, min_size=1, max_size=3).map(tuple), max_size=3), max_size=3)


def depth(item: object) -> int:
    return 1 + max(map(depth, item), default=0) if isinstance(item, tuple) else 0


@given(TREES)
def test_what_is_written_reads_back(tree: dict) -> None:
    deep = max((depth(i) for s in tree.values() for a in s.values() for i in a), default=0)
    text = write_tree(tree)
    if deep <= 4:
        assert parse_tree(text) == tree
    assert max(map(len, text.splitlines()), default=0) <= 132


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1, max_size=60))
def test_numbers_survive_to_the_last_digit(values: list[float]) -> None:
    values[0] = values[-1] = 1.0
    spec = standard_spec(Observed.of("a", list(range(24000, 24000 + len(values))), values))
    again = parse_spc(write_spc(spec))
    np.testing.assert_array_equal(np.array(again.series.data), np.array(values) + 0.0)


@given(st.text(max_size=200))
def test_no_title_breaks_out_of_its_quotes(title: str) -> None:
    spec = standard_spec(Observed.of(title, [24000, 24001, 24002], [1.0, 2.0, 3.0]))
    tree = parse_tree(write_spc(spec))
    assert set(tree) == {"series", "transform", "regression", "automdl", "outlier", "x11"}
    assert set(tree["series"]) == {"start", "period", "data", "title", "decimals"}
    assert tree["series"]["title"] == (Quoted(safe_title(title)),)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        write_tree(parse_tree(text))
    except MadeinError as err:
        assert err.problems[0].what


def test_missing_code_is_one_that_no_value_has() -> None:
    observed = Observed.of("a", [24000, 24001, 24002], [-99999.0, np.nan, 3.0])
    again = parse_spc(write_spc(standard_spec(observed)))
    np.testing.assert_array_equal(again.series.data, observed.values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("transform{}", "no section 'series'"),
        ("series{start=17.01 data=(1)}", "four digits"),
        ("series{start=2017.13 data=(1)}", "no period of a year"),
        ("series{start=2017.01 data=(1 nan)}", "is no number"),
        ("series{start=2017.01 file='/etc/passwd'}", "files beside the spec are not read"),
        ("series{start=2017.01 data=(1}", r"'\)' is missing|cannot stand|missing"),
        ("series{start=2017.01 data=(1)} x11{} x11{}", "stands twice"),
        ("series{title='open\n start=2017.01 data=(1)}", "line 1"),
        ("series{start=2017.01 data=(" + "1 " * 80 + ")}", "at most 132"),
        ("series{start=2017.01 data=(1)} forecast{maxlead=many}", "'maxlead' cannot be read"),
    ],
)
def test_faults_are_named(text: str, says: str) -> None:
    with pytest.raises(MadeinError, match=says):
        parse_spc(text)


@pytest.mark.parametrize("model", ["(0 1 1)} x11{save=(d10)", "(0 1 1", "", "(0 1 1) ma=(1)", "}"])
def test_models_that_are_none(model: str) -> None:
    with pytest.raises(MadeinError, match="no ARIMA model"):
        read_model(model)


def test_words_that_would_change_the_file_are_refused() -> None:
    for word in ("a b", "a}", "a=b", 'a"', "à", "a#b", ""):
        with pytest.raises(MadeinError):
            write_tree({"x11": {"mode": (word,)}})


def test_holiday_regressors_stand_beside_the_users_own() -> None:
    months = list(range(2015 * 12, 2015 * 12 + 24))
    spec = standard_spec(Observed.of("a", months, np.arange(24.0)))
    own = parse_spc(
        write_spc(spec).replace(
            "regression{",
            "regression{ user=(strike) usertype=user start=2015.01 data=(" + "\n".join("1" if i == 3 else "0" for i in range(80)) + ")",
            1,
        )
    )
    both = with_holiday(own, moving_holiday("tet"), ("tet_dur",)).regression
    assert both is not None and both.user == ("tet_dur", "strike") and both.usertype == ("holiday", "user")
    table = np.array(both.data).reshape(-1, 2)
    assert len(table) == 24 + 36
    assert table[3, 1] == 1.0 and table[:, 1].sum() == 1.0
    np.testing.assert_allclose(table[:, :1], moving_holiday("tet").regressors(2015 * 12, 60, ("tet_dur",)), atol=1e-10)


def test_messages_are_told_apart() -> None:
    text = """
     Error messages generated from processing the X-13ARIMA-SEATS spec file
     s.spc:

 WARNING: All data values read are
  the same.

 ERROR: Differencing has annihilated the series.
        Check the model
        again.
 NOTE: Something else.

 DECOMPOSITION INVALID,IRREGULAR SPECTRUM NEGATIVE
 TRY ANOTHER MODEL OR, FOR AN APPROXIMATION, SET NOADMISS=YES.
"""
    errors, warnings = read_messages(text)
    assert errors[0] == "Differencing has annihilated the series. Check the model again."
    assert errors[1].startswith("DECOMPOSITION INVALID")
    assert warnings == ("All data values read are the same.", "Something else.")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("DECOMPOSITION INVALID,IRREGULAR SPECTRUM NEGATIVE", "seats_inadmissible"),
        ("The covariance matrix of the ARMA parameters is singular; cannot compute t-statistics", "singular_covariance"),
        ("Series to be modelled and/or seasonally adjusted must have at least 3 complete years of data.", "too_short"),
        ("Multiplicative or log-additive seasonal adjustment cannot be done with a series with zero or negative values.", "not_positive"),
        ("forecasts end date, 2020.Dec, must end on or before user-defined regression variables end date, 2019.Dec.", "regressors_end"),
        ("All data values read into X-13ARIMA-SEATS are equal to zero.", "all_zero"),
        ("Must specify a regARIMA model when the Missing Value procedure is used.", "missing_without_model"),
        ("Regression matrix singular because of Wed.", "singular_regression"),
        ("no such words", "unknown"),
    ],
)
def test_messages_in_plain_words(message: str, code: str) -> None:
    refusal = explain(message)
    assert refusal.code == code
    assert refusal.plain and refusal.mend and refusal.said == message
    assert not any(c.isdigit() for c in refusal.plain.replace("X-13", "").replace("X-11", ""))


def test_tables_with_holes_in_time_or_asterisks_are_none() -> None:
    head = "date\tx\n------\t----\n"
    assert read_table("", 12) is None
    assert read_table(head, 12) is None
    assert read_table(head + "202001\t*****\n", 12) is None
    assert read_table(head + "202001\t1.0\n202003\t1.0\n", 12) is None
    wide = read_table("date\ta\tb\n----\t-\t-\n202001\t1.0\t5\n202002\t2.0\t5\n", 12)
    assert wide is not None and wide.values.tolist() == [1.0, 2.0]


def test_the_later_of_two_equal_keys_holds() -> None:
    assert read_udg("a: 1\nb$c: 2 3\na:  4 \nno mark\n") == {"a": "4", "b$c": "2 3"}
