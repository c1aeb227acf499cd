"""Boosted trees (LightGBM), the same bytes from the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from madein.core.errors import MadeinError
from madein.screening.labelled.metrics import Labels, Reals
from madein.screening.labelled.rules import data

_FIXED: dict[str, Any] = {"objective": "binary", "deterministic": True, "force_row_wise": True, "verbosity": -1}


@dataclass(frozen=True, slots=True)
class Trees:
    """A fitted model.

    Attributes
    ----------
    setting : str
        Name of its setting in ``rules.yaml``.
    text : str
        The model as LightGBM writes it.
    rounds : int
    gain : tuple of float
        Share of the total gain by feature.
    """

    setting: str
    text: str
    rounds: int
    gain: tuple[float, ...]

    def __call__(self, matrix: Reals, threads: int = 1) -> Reals:
        """Scores between 0 and 1."""
        booster = _lightgbm().Booster(model_str=self.text)
        return np.asarray(booster.predict(matrix, num_threads=threads), dtype=np.float64)


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ImportError as fault:
        raise MadeinError("LightGBM is not installed", fix="install madein with its extra 'screening'") from fault
    return lightgbm


def fit_trees(matrix: Reals, label: Labels, stop_matrix: Reals, stop_label: Labels, seed: int = 0, threads: int = 1, rounds: int = 0) -> Trees:
    """Fit every setting of ``rules.yaml`` on some rows, stop each where later rows gain no more, keep the one that fits them best.

    Parameters
    ----------
    matrix, stop_matrix : float arrays (rows, features)
    label, stop_label : int8 arrays (rows,)
    seed, threads : int
        The same of both give the same bytes.
    rounds : int
        At most so many trees; those of the settings where 0.

    References
    ----------
    Ke et al. (2017), LightGBM: a highly efficient gradient boosting decision tree, NeurIPS.
    """
    lgb = _lightgbm()
    held = data()["trees"]
    best: tuple[float, Trees] | None = None
    for setting, own in held["settings"].items():
        parameters = {**_FIXED, **own, "seed": seed, "num_threads": threads}
        rows = lgb.Dataset(matrix, label.astype(np.float64), params=parameters)
        later = lgb.Dataset(stop_matrix, stop_label.astype(np.float64), reference=rows, params=parameters)
        stop = lgb.early_stopping(held["patience"], verbose=False)
        found = lgb.train(parameters, rows, rounds or held["rounds"], valid_sets=[later], callbacks=[stop])
        loss = float(found.best_score["valid_0"]["binary_logloss"])
        if best is not None and loss >= best[0]:
            continue
        used = max(1, int(found.best_iteration))
        gain = np.asarray(found.feature_importance("gain", iteration=used), dtype=np.float64)
        total = float(gain.sum())
        best = loss, Trees(setting, found.model_to_string(num_iteration=used), used, tuple((gain / total if total else gain).tolist()))
    assert best is not None
    return best[1]
