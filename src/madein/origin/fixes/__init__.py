"""The cheapest fix: what would make a good originate, at which cost, from which volume on.

``fixes(bill, "EVFTA", alternatives=read_alternatives("sources.xlsx"), duty_saving=120)`` gives the cheapest sets of changes, `apply`
the bill after one of them.
"""

from madein.origin.fixes.apply import apply
from madein.origin.fixes.find import fixes
from madein.origin.fixes.model import Alternative, Branch, Fix, Fixes, Gap
from madein.origin.fixes.table import read_alternatives

__all__ = ["Alternative", "Branch", "Fix", "Fixes", "Gap", "apply", "fixes", "read_alternatives"]
