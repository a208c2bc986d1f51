"""Solids that are measured together, and separations between them."""

from __future__ import annotations

from collections.abc import Mapping

from thecal import _thecal, studies
from thecal._arguments import options
from thecal._thecal import Gap, Solid

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Union, overload

    from typing_extensions import Unpack

    from thecal._arguments import Paths
    from thecal._records import Report
    from thecal._results import Separation
    from thecal._settings import CheckSettings, SolidSettings

    #: One solid, several, or several with their names.
    Solids = Union[Solid, Iterable[Solid], Mapping[str, Solid], None]


def gap(a: Solid, b: Solid, *, within: bool = False) -> Gap:
    """The gap between two solids in the same coordinates, with the range that the data leave open.

    Args:
        a: the first.
        b: the second.
        within: the first lies within the second, as the cord in its sac.

    Returns:
        Lengths in mm; see :class:`Gap`.

    Raises:
        InputError: the two share no plane (``within`` only).

    Source: docs/method.md, section 2.
    """
    return a.gap(b, within=within)


def _parts(role: str, solids: Solids) -> list[tuple[str, str, Solid]]:
    if solids is None:
        return []
    if isinstance(solids, Solid):
        return [(role, role, solids)]
    if isinstance(solids, Mapping):
        return [(role, name, solid) for name, solid in solids.items()]
    return [(role, f"{role} {n}", solid) for n, solid in enumerate(solids, 1)]


def _measured(
    tumour: Solids,
    sac: Solids,
    cord: Solids,
    canal: Solids,
    ctvs: Solids,
    vertebrae: Solids,
    keep_out: Solids,
    settings: Mapping[str, Any],
) -> Separation:
    import json

    from thecal._records import Report
    from thecal._results import Residual, Separation

    parts = [
        *_parts("tumour", tumour),
        *_parts("thecal_sac", sac),
        *_parts("cord", cord),
        *_parts("canal", canal),
        *_parts("ctv", ctvs),
        *_parts("vertebra", vertebrae),
        *_parts("keep_out", keep_out),
    ]
    text, left = _thecal.measure(parts, options("check", settings))
    return Separation(Report(json.loads(text), text), tuple(Residual(*one) for one in left))


def measure(
    *,
    tumour: Solids = None,
    sac: Solids = None,
    cord: Solids = None,
    canal: Solids = None,
    ctvs: Solids = None,
    vertebrae: Solids = None,
    keep_out: Solids = None,
    **settings: Unpack[SolidSettings],
) -> Report:
    """Measure all gaps between solids, as :func:`check` does between the structures of a study.

    Args:
        tumour: the tumour, or several; each has gaps of its own.
        sac: the thecal sac.
        cord: the spinal cord.
        canal: the bony canal.
        ctvs: clinical target volumes.
        vertebrae: bone that a separation may take on its way.
        keep_out: what instruments must not enter.
        settings: options of ``thecal check`` that say how to measure (``threshold``, ``separate``, ...).

    Returns:
        The record of a study without inputs.

    Raises:
        InputError: a separation that is asked for cannot be simulated.
        UsageError: a setting is unknown or out of range.
    """
    found = _measured(tumour, sac, cord, canal, ctvs, vertebrae, keep_out, settings)
    return found.report


if TYPE_CHECKING:

    @overload
    def separate(  # type: ignore[overload-overlap]
        tumour: Solid | Mapping[str, Solid],
        /,
        sac: Solid | None = None,
        *,
        cord: Solid | None = None,
        canal: Solid | None = None,
        vertebrae: Solids = None,
        keep_out: Solids = None,
        approach: str | Iterable[str] = "ideal",
        **settings: Unpack[SolidSettings],
    ) -> Separation: ...

    @overload
    def separate(
        paths: Paths,
        /,
        *,
        approach: str | Iterable[str] = "ideal",
        **settings: Unpack[CheckSettings],
    ) -> Report: ...


def separate(
    tumour: Any,
    /,
    sac: Any = None,
    *,
    cord: Any = None,
    canal: Any = None,
    vertebrae: Any = None,
    keep_out: Any = None,
    approach: Any = "ideal",
    **settings: Any,
) -> Any:
    """Simulate a separation: of solids, or of a study (then as ``thecal check --separate``).

    Args:
        tumour: the tumour as a solid, or several with their names; or the paths of a study.
        sac: the thecal sac, which tumour is removed about; without it the cord. Of a study, its name.
        cord: the spinal cord; of a study, its name.
        canal: the bony canal.
        vertebrae: bone that an approach may take on its way.
        keep_out: what instruments must not enter; of a study, names.
        approach: name of an approach, several, or "all" (docs/separation.md).
        settings: options of ``thecal check``, as ``amount=3.0`` (mm), ``sweep=True``.

    Returns:
        Of solids a :class:`Separation`, with what is left and what was taken as solids; of a study its
        record.

    Raises:
        InputError: the separation cannot be simulated.
        UsageError: a setting is unknown or out of range.

    Source: docs/separation.md.
    """
    settings["separate"] = approach
    if isinstance(tumour, (Solid, Mapping)):
        return _measured(tumour, sac, cord, canal, None, vertebrae, keep_out, settings)
    named = {"sac": sac, "cord": cord, "keep_out": keep_out}
    given = {key: value for key, value in named.items() if value is not None}
    return studies.check(tumour, **settings, **given)
