"""The accessor `imerr` of pandas series: `df["line"].imerr.find()`.

It is registered when `imerr` is imported after pandas, or by `import imerr.pandas`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pandas.api.extensions import register_series_accessor

import imerr

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options


@register_series_accessor("imerr")
class SeriesAccessor:
    """The functions of `imerr` for a series of lines."""

    def __init__(self, series: Any) -> None:
        self._series = series

    def annotate(self, **options: Unpack[Options]) -> Any:
        """A series of annotated lines with the same index: see `imerr.annotate`."""
        return imerr.annotate(self._series, **options)

    def find(self, **options: Unpack[Options]) -> Any:
        """A `DataFrame` of findings, whose index is the one of the lines: see `imerr.find`."""
        found = imerr.find(self._series, **options).to_pandas()
        index = self._series.index.take(found["row"].to_numpy())
        return found.set_axis(index, axis=0)
