"""Engines the expressions of this room run on besides DuckDB."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from madein.core.errors import MadeinError


def spark_engine(master: str = "local[2]", memory: str = "4g", partitions: int = 8) -> Any:
    """An Ibis backend on Spark, for `open_frame(data, con=...)`.

    Parameters
    ----------
    master : str
        Address of the cluster, or ``local[N]`` for N threads here.
    memory : str
        Of the driver.
    partitions : int
        Into how many parts Spark shuffles; raise it with the size of the cluster.

    Returns
    -------
    ibis backend
        Ends with ``con.disconnect()``.

    Raises
    ------
    MadeinError
        If PySpark is not installed.
    """
    try:
        spark = import_module("pyspark.sql").SparkSession
    except ImportError as fault:
        raise MadeinError("PySpark is not installed", fix="install madein[spark], and a Java runtime of version 17 or later") from fault
    import ibis

    settings = {
        # Days are days: no zone may shift them.
        "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": memory, "spark.sql.shuffle.partitions": str(partitions),
    }  # fmt: skip
    builder = spark.builder.master(master).appName("madein")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return ibis.pyspark.connect(builder.getOrCreate())
