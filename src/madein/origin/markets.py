"""Markets and the regimes that are open between an exporting and an importing country on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from madein.core.countries import economy, groups
from madein.origin.regimes import Regime, load_regime, regimes


def market(word: str, on: date | None = None, where: str = "") -> str:
    """Code of a market: ISO 3166 alpha-3, or ``EU``; a member of the European Union is the Union, which is one customs territory.

    Raises
    ------
    MadeinError
        If the word is no country and no group.

    Examples
    --------
    >>> market("Canada"), market("EU"), market("Germany")
    ('CAN', 'EU', 'EU')
    """
    code = economy(word, where)
    return "EU" if code in groups()["EU"].on(on or date.max) else code


def open_regimes(country: str, destination: str, on: date | None = None, only: Iterable[str] = ()) -> tuple[Regime, ...]:
    """Regimes under which goods of one country can be claimed, or must be marked, in another.

    Parameters
    ----------
    country, destination : str
        Codes as of `market`.
    on : date, optional
        Day; an agreement not yet in force between the two is left out. Without it, every one that is held.
    only : iterable of str
        Keys of regimes to look at; all that are held if empty.

    Returns
    -------
    tuple of Regime
        Preferences by key, then rules without preference (the United States).

    Examples
    --------
    >>> from datetime import date
    >>> [r.name for r in open_regimes("VNM", "GBR")], [r.name for r in open_regimes("VNM", "GBR", date(2023, 5, 1))]
    (['CPTPP', 'UKVFTA'], ['UKVFTA'])
    >>> [r.name for r in open_regimes("VNM", "USA")]
    ['US']
    """
    wanted = {name.upper() for name in only}
    found = [r for r in map(load_regime, regimes()) if (not wanted or r.name in wanted) and _open(r, country, destination, on)]
    return tuple(sorted(found, key=lambda r: (r.kind != "preference", r.name)))


def _open(regime: Regime, country: str, destination: str, on: date | None) -> bool:
    if country == destination:
        return False
    parties = (destination,) if regime.kind != "preference" else (country, destination)
    return all(code in regime.parties and not _later(regime.parties[code], on) for code in parties)


def _later(day: date | None, on: date | None) -> bool:
    return day is not None and on is not None and on < day
