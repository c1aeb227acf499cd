"""The step ``press``: articles read into facts, each with its span of characters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"articles": "source"}
ENGINES = ("polars", "trafilatura", "lxml", "pypdf")


class Config(BaseModel):
    """How the articles are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    date: str = Field("", description="day, month or year from which words such as 'last year' count, for every article; found in each text if empty")
    dates: dict[str, str] = Field(default_factory=dict, description="the same by file, for articles that print no date")
    language: Literal["", "en", "vi"] = Field("", description="language of the articles; found in each text if empty")
    encoding: str = Field("", description="encoding of text files; UTF-8 if empty")
    show: int = Field(12, description="articles printed whole in the chapter", ge=0, le=200)


def run(config: Config, inputs: Inputs) -> Result:
    """Read the articles of the role ``articles`` into the tables facts, unread, items and texts.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("In July 2024 exports rose by 19.1% year-on-year to US$36.2 billion.")
    >>> result = run(Config(), Inputs({"articles": (Source("a.txt", file, ""),)}))
    >>> result.tables["facts"].frame.select("text", "value", "unit", "comparison", "period").rows()
    [('19.1%', 19.1, 'percent', 'yoy', '2024-07'), ('US$36.2 billion', 36200000000.0, 'USD', None, '2024-07')]
    """
    from madein.press import chapter

    return chapter.run(config, inputs)
