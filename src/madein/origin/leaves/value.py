"""Shares of value: ``max_nom`` (non-originating materials at most) and ``rvc`` (regional value content at least).

Formulas: MaxNOM = VNM / price; build-down (V - VNM) / V; build-up VOM / V; net cost (NC - VNM) / NC; focused value (V - FVNM) / V
(EVFTA Protocol 1, Annex I, Notes 3.4 and 7.3; CPTPP Art 3.5; RCEP Art 3.5; ATIGA Art 29). No tolerance lifts any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from madein.origin.frame import Amount, Good, Material
from madein.origin.leaves.common import Outcome, ask_code, ask_status, ask_value, at_least, at_most, names, once, put, share, values
from madein.origin.leaves.shift import _differs
from madein.origin.result import Question, State, either, shown
from madein.origin.rules import Leaf

_HUNDRED = Fraction(100)
_BASES = {"EXW": "ex-works price", "FOB": "FOB value", "AV": "adjusted value", "TV": "transaction value"}


def base_name(good: Good) -> str:
    """How the value of the good is called under its regime."""
    word = good.bill.product.basis if good.law.basis == "any" else good.law.basis
    return _BASES.get(word, "value of the good")


def ask_price(good: Good) -> Question:
    """The question of the good's value on the basis of the regime."""
    if good.line:
        return Question("value", good.line, "", f"What is the value of line {good.line}?", ())
    return Question("price", "", good.law.basis, f"What is the {base_name(good)} of the good, in the currency of its materials?", ())


@lru_cache(1024)
def _percent(pct: Fraction) -> str:
    return f"{shown(pct):f}".rstrip("0").rstrip(".")


def _nom_label(leaf: Leaf) -> str:
    of = leaf.get("of", "all")
    what = {
        "all": "non-originating materials",
        "same_heading": "non-originating materials of the good's own heading",
        "same_subheading": "non-originating materials of the good's own subheading",
        "restricted": "non-originating materials under the second percentage",
        "named": f"non-originating {leaf.get('words') or str(leaf.get('named', '')).replace('_', ' ')}",
        "hs": f"non-originating materials of {leaf.get('hs')}",
    }[of]
    return f"{what}: at most {_percent(leaf.fields['pct'])} % of the "


def scope_of(good: Good, leaf: Leaf, out: Outcome) -> Callable[[Material], State] | None:
    """Which materials a share counts: a test of one material, or None for all of them."""
    of = leaf.get("of", "hs" if leaf.get("hs") is not None else "all")
    if of == "all":
        return None
    if of == "restricted":
        return lambda m: m.line.restricted
    if of in ("same_heading", "same_subheading"):
        length = 4 if of == "same_heading" else 6
        own = good.code[:length]

        def same(material: Material) -> State:
            changed = _differs(material, own, length)
            return None if changed is None else not changed

        return same
    codes, also = leaf.get("hs"), leaf.get("plus_named") or ()
    if of == "named":
        return lambda m: names(m, str(leaf.get("named")), codes, leaf.get("words", ""), out)

    def inside(material: Material) -> State:
        state: State = material.inside(codes) if codes is not None else False
        for entry in also:
            if state is True:
                break
            state = either(state, names(material, entry["named"], entry["hs"], entry.get("words", ""), out))
        return state

    return inside


def max_nom(good: Good, leaf: Leaf) -> Outcome:
    """Non-originating materials, or those of a kind, may make up at most a share of the good's value."""
    label = once(leaf, _nom_label)
    out = Outcome(label + base_name(good), "MAXNOM")
    low, high = values(good.valued, scope_of(good, leaf, out), out)
    out.limit, out.sense = leaf.fields["pct"], "max"
    out.state = at_most(low, high, out.limit, good.low, good.high)
    _price_or_ask(good, out)
    out.low, out.high = _bounds(low, high, good.low, good.high)
    of = leaf.get("of", "all")
    name = {"all": "max_nom_pct", "same_heading": "same_heading_pct"}.get(of, f"{of}_pct")
    put(good, name, out.low, out.high)
    if of == "all" and out.state is False and good.low is not None and good.low == good.high:
        gap = low - good.low * out.limit / 100
        good.figures.setdefault("min_value_to_localise", Fraction(gap) / good.bill.scale)
    return _fixed(out)


def _rvc_label(leaf: Leaf) -> tuple[str, str]:
    method = leaf.fields["method"]
    pct = leaf.get("min_pct")
    word = {"build_down": "build-down", "build_up": "build-up", "net_cost": "net cost", "focused": "focused value"}[method]
    text = f"regional value content by {word}" + (f" of {leaf.get('hs')}" if method == "focused" and leaf.get("hs") else "")
    return text + (f": at least {_percent(pct)} %" if pct is not None else ""), f"RVC_{method.upper()}"


def rvc(good: Good, leaf: Leaf) -> Outcome:
    """Regional value content: the good must hold at least a share of value from the Parties."""
    label, code = once(leaf, _rvc_label)
    out = Outcome(label, code)
    method = leaf.fields["method"]
    pct: Fraction | None = leaf.get("min_pct")
    least, most = (good.net, good.net) if method == "net_cost" else (good.low, good.high)
    out.limit, out.sense = pct, "min"
    if method == "build_up":
        low, high = _originating(good, out)
        out.low, out.high = _bounds(low, high, least, most)
        out.state = None if pct is None else at_least(low, high, pct, least, most)
        if out.state and most is not None and low + values(good.valued, None, Outcome("", ""))[0] > most:
            out.state, out.note = None, "the materials cost more than the good: its value cannot be right"
            out.asks.append(ask_price(good))
    else:
        scope = scope_of(good, leaf, out) if method == "focused" else None
        low, high = values(good.valued, scope, out)
        lowest, highest = _bounds(low, high, least, most)
        out.high = None if lowest is None else 100 - lowest
        out.low = out.high if highest is lowest else None if highest is None else 100 - highest
        out.state = None if pct is None else at_most(low, high, _HUNDRED - pct, least, most)
    if leaf.get("excluding") is not None or leaf.get("except") is not None or leaf.get("except_named") is not None:
        out.state = None if out.state else out.state
        out.note = "the rule excludes materials from this count in words that are not read yet"
    if method == "net_cost":
        if good.net is None:
            out.asks.append(Question("net_cost", good.line, "", "What is the net cost of the good?", ()))
    else:
        _price_or_ask(good, out)
    put(good, f"{method}_pct", out.low, out.high)
    if pct is not None and out.state is False and least is not None and method != "build_up":
        gap = low - least * (_HUNDRED - pct) / 100
        good.figures.setdefault("min_value_to_localise", Fraction(gap) / good.bill.scale)
    return _fixed(out)


def _originating(good: Good, out: Outcome) -> tuple[Amount, Amount | None]:
    """Bounds of the value of originating materials, with the producer's own costs where the regime counts them."""
    low: Amount = 0
    high: Amount | None = 0
    for material in good.valued:
        value = material.value
        if value is None:
            if material.state is not False:
                out.asks.append(ask_value(material))
                high = None
            continue
        inner = 0 if material.state is not False else material.low
        if material.state is True:
            low += value
        elif material.state is None:
            out.asks.append(ask_status(material))
            out.doubtful.append(material)
        else:
            out.offenders.append(material)
        if high is not None:
            high += value if material.state is not False else value - inner if material.high != material.low else 0
    if good.law.build_up != "materials":
        # Labour, overhead and profit count as well; the bill does not list them, so only an upper bound is known.
        taken, _ = values(good.valued, None, Outcome("", ""))
        high = None if good.high is None else good.high - taken
        if high is None or high != low:
            out.note = "direct labour, overhead, profit and other costs count too and are not in the bill"
    return low, high


def _bounds(low: Amount, high: Amount | None, least: Amount | None, most: Amount | None) -> tuple[Fraction | None, Fraction | None]:
    if least == most:
        one = share(low, most)
        return one, one if high == low else share(high, least)
    return (share(low, most) if most else None), (share(high, least) if least else None)


def _price_or_ask(good: Good, out: Outcome) -> None:
    if out.state is None and (good.low is None or good.high is None or good.low != good.high):
        out.asks.append(ask_price(good))


def _fixed(out: Outcome) -> Outcome:
    out.fixed, out.state = out.state, True
    return out


__all__ = ["ask_code", "base_name", "max_nom", "rvc", "scope_of"]
