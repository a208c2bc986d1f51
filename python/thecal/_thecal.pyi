from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Gap",
    "Grid",
    "measure",
    "Solid",
    "options",
    "record",
    "run",
    "run_decoders_with",
    "schema",
    "components",
    "edt",
    "isosurface",
    "margin",
    "resample",
    "signed_distance",
    "__version__",
]

__version__: str

_Ends = Literal["half_slice", "plane", "rounded"]
_Point = tuple[float, float, float]

@final
class Grid:
    """Where the voxels of an array lie in patient space."""

    def __new__(
        cls,
        shape_zyx: Sequence[int],
        spacing_zyx_mm: Sequence[float] = (1.0, 1.0, 1.0),
        origin_mm: Sequence[float] = (0.0, 0.0, 0.0),
        directions: ArrayLike | None = None,
    ) -> Grid: ...
    @staticmethod
    def from_affine(
        affine: ArrayLike, shape_zyx: Sequence[int], *, convention: Literal["RAS", "LPS"] | str
    ) -> Grid: ...
    @staticmethod
    def from_image(image: Any) -> Grid: ...
    @property
    def shape_zyx(self) -> tuple[int, int, int]: ...
    @property
    def spacing_zyx_mm(self) -> _Point: ...
    @property
    def origin_mm(self) -> _Point: ...
    @property
    def directions(self) -> NDArray[np.float64]: ...
    def affine(self, convention: Literal["RAS", "LPS"] | str) -> NDArray[np.float64]: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class Gap:
    """The gap between two solids, with the range that the data leave open."""

    @property
    def gap_mm(self) -> float: ...
    @property
    def gap_lower_mm(self) -> float: ...
    @property
    def gap_upper_mm(self) -> float: ...
    @property
    def a_mm(self) -> _Point: ...
    @property
    def b_mm(self) -> _Point: ...
    @property
    def in_plane_mm(self) -> float: ...
    @property
    def through_plane_mm(self) -> float: ...
    @property
    def overlap_cc(self) -> float: ...
    @property
    def limited_by(self) -> str | None: ...
    @property
    def interval_parts(self) -> list[tuple[str, float, float]]: ...

@final
class Solid:
    """A structure in patient space, whatever it came from."""

    @staticmethod
    def from_contours(
        contours: Sequence[ArrayLike],
        *,
        ends: _Ends | str = "half_slice",
        plane_spacing_mm: float = 1.0,
    ) -> Solid: ...
    @staticmethod
    def from_mask(
        mask: Any,
        grid: Grid | None = None,
        *,
        affine: ArrayLike | None = None,
        convention: Literal["RAS", "LPS"] | None = None,
        spacing_zyx_mm: Sequence[float] | None = None,
        origin_mm: Sequence[float] | None = None,
        directions: ArrayLike | None = None,
        label: int | None = None,
        ends: _Ends | str = "half_slice",
    ) -> Solid: ...
    @staticmethod
    def from_rtstruct(
        path: str | PathLike[str], name: str, *, ends: _Ends | str = "half_slice"
    ) -> Solid: ...
    def gap(self, other: Solid, *, within: bool = False) -> Gap: ...
    def signed_distance(self, points_mm: ArrayLike) -> NDArray[np.float64]: ...
    def to_mask(
        self,
        grid: Grid,
        convention: Literal["solid", "pixel_centre", "inclusive_edge", "half_covered"] | str = "solid",
    ) -> NDArray[np.bool_]: ...
    def coverage(self, grid: Grid) -> NDArray[np.float32]: ...
    def mesh(self, triangles: int = 15_000) -> tuple[NDArray[np.float64], NDArray[np.uint32]]: ...
    @property
    def volume_cc(self) -> float: ...
    @property
    def planes_mm(self) -> list[float]: ...
    @property
    def bounds_mm(self) -> tuple[_Point, _Point]: ...
    @property
    def warnings(self) -> list[tuple[str, str]]: ...

def edt(mask: NDArray[Any], grid: Grid) -> NDArray[np.float32]: ...
def signed_distance(mask: NDArray[Any], grid: Grid, border: str) -> NDArray[np.float32]: ...
def margin(mask: NDArray[Any], margin_mm: float, grid: Grid) -> NDArray[np.bool_]: ...
def components(
    mask: NDArray[Any], neighbours: str, grid: Grid
) -> tuple[
    NDArray[np.uint32], list[tuple[int, float, tuple[int, int, int], tuple[int, int, int]]]
]: ...
def isosurface(
    level: NDArray[Any], grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.uint32]]: ...
def resample(
    volume: NDArray[Any],
    grid: Grid,
    onto: Grid,
    interpolation: str,
    outside: float,
    source_from_target: list[float] | None,
) -> NDArray[np.float32]: ...
def measure(
    parts: Sequence[tuple[str, str, Solid]], options: Sequence[str]
) -> tuple[str, list[tuple[str, str, Solid | None, Solid | None, float]]]: ...
def record(arguments: Sequence[str]) -> str: ...
def options(command: str) -> str: ...
def schema(command: str) -> str | None: ...
def run(program: Sequence[str], arguments: Sequence[str]) -> int: ...
def run_decoders_with(program: Sequence[str]) -> None: ...
