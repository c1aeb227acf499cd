"""A catalogue against all markets: many bills of materials decided at once, with the verdicts of the scalar path."""

from madein.origin.batch.many import Catalogue, decide_many

__all__ = ["Catalogue", "decide_many"]
