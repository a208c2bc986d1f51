"""The types of records. Written by ``tools/generate.py`` from the JSON Schemas: change those."""

# What stands in a record is what its schema says, which tests hold against each other.
# mypy: disable-error-code=no-any-return
# mypy: disable-error-code=return-value

from __future__ import annotations

from typing import Any, Literal

from thecal._record import Document, Record

#: What became of cord and sac after a simulated separation.
Anatomy = Literal["fixed", "sac_reexpanded", "cord_shift"]

#: A way to read gap, volume or dose off contours; `docs/explain.md` has the rule of each.
Convention = Literal[
    "pixel_centres",
    "pixel_centres_scan_line",
    "pixel_centres_union",
    "edges_included",
    "edges_included_xor",
    "slabs",
    "areas_half_ends",
    "ends_plane",
    "ends_half_slice",
    "ends_rounded",
    "points",
    "dose_grid_centres",
]

#: How a structure was drawn.
DrawnAs = Literal["contours", "traced", "mask", "computed"]

#: Where a contoured solid ends past its last plane.
EndRule = Literal["half_slice", "plane", "rounded"]

#: What said which margin a PRV should have.
ExpansionFrom = Literal["name", "user"]

#: The part of a tumour that counts as epidural.
ExtentBasis = Literal["canal", "outside_bone", "whole_tumour"]

#: Where the grid of masks comes from.
GridSource = Literal["image_series", "stated"]

#: Verdict on the tumour-cord gap as a whole.
Headline = Literal["clear", "marginal", "insufficient", "indeterminate", "not_assessable"]

#: The cause of a part of an interval.
IntervalSource = Literal["planes", "poles", "ends", "points", "rounding", "pixels", "search", "drawing"]

#: What limits the precision of a gap.
Limit = Literal["ends", "missing_planes", "voxels"]

#: Verdict on a limit of dose.
LimitVerdict = Literal["pass", "fail", "indeterminate", "not_applicable"]

#: Which two structures a gap is between.
PairKind = Literal["tumour-cord", "tumour-sac", "cord-sac"]

#: Which anatomy was measured.
Phase = Literal["before", "simulated", "after"]

#: A fault of a PRV.
PrvFault = Literal[
    "too_small",
    "in_plane_only",
    "truncated_at_end",
    "truncated_at_structure",
    "too_large",
    "past_end",
]

#: How a PRV was made.
PrvKind = Literal["three_dimensional", "in_plane", "unclear"]

#: What a structure is.
Role = Literal[
    "cord",
    "thecal_sac",
    "canal",
    "cauda",
    "tumour",
    "ctv",
    "ptv",
    "prv",
    "vertebra",
    "hardware",
    "body",
    "other",
]

#: What said that a structure has its role.
RoleSource = Literal["name", "alias", "interpreted_type", "user"]

#: An end of a stack of planes.
StackEnd = Literal["head", "feet"]

#: How traced points lie to the pixels of their mask.
Tracing = Literal["pixel_edges", "half_way", "pixel_centres"]

#: What a source of uncertainty moves.
UncertainStructure = Literal["cord", "thecal_sac", "tumour", "patient"]

#: What makes a structure lie elsewhere than it is drawn.
UncertaintyKind = Literal["contouring", "registration", "motion", "set_up", "intrafraction"]

#: How often a source of uncertainty takes a new value.
UncertaintyPart = Literal["systematic", "random"]

#: Verdict on one threshold.
Verdict = Literal["pass", "fail", "indeterminate"]


class AcrossGap(Record):
    """Dose along one closest segment of a pair."""

    __slots__ = ()

    @property
    def a(self) -> str:
        """Name of the tumour."""
        return self._plain("a")

    @property
    def b(self) -> str:
        """Name of the cord."""
        return self._plain("b")

    @property
    def clock_deg(self) -> float | None:
        """Degrees clockwise seen from below, 0 anterior, 90 patient left."""
        return self._plain("clock_deg")

    @property
    def dose_a_gy(self) -> float | None:
        """Dose at the tumour's end, Gy."""
        return self._plain("dose_a_gy")

    @property
    def dose_b_gy(self) -> float | None:
        """Dose at the cord's end, Gy."""
        return self._plain("dose_b_gy")

    @property
    def gap_mm(self) -> float:
        """Length of the segment, mm; negative where the two overlap."""
        return self._plain("gap_mm")

    @property
    def grid_mm(self) -> float:
        """Distance of the dose's samples along the segment, mm."""
        return self._plain("grid_mm")

    @property
    def isodoses(self) -> tuple[IsodosePlace, ...]:
        """Where doses of interest lie."""
        return self._many("isodoses", IsodosePlace)

    @property
    def mean_gy_per_mm(self) -> float | None:
        """Mean fall-off from tumour to cord, Gy/mm."""
        return self._plain("mean_gy_per_mm")

    @property
    def mean_pct_per_mm(self) -> float | None:
        """Mean fall-off from tumour to cord, % of the prescription per mm."""
        return self._plain("mean_pct_per_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def plane_mm(self) -> float | None:
        """Position along the plane normal, mm."""
        return self._plain("plane_mm")

    @property
    def profile(self) -> tuple[DoseAt, ...]:
        """The dose along the segment."""
        return self._many("profile", DoseAt)

    @property
    def reason(self) -> str | None:
        """Why there is no fall-off."""
        return self._plain("reason")

    @property
    def steepest_gy_per_mm(self) -> float | None:
        """Steepest fall-off, Gy/mm."""
        return self._plain("steepest_gy_per_mm")

    @property
    def steepest_pct_per_mm(self) -> float | None:
        """Steepest fall-off, % of the prescription per mm."""
        return self._plain("steepest_pct_per_mm")


class AliasRecord(Record):
    """A name or pattern that the user gave a role to."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name, or the pattern with `*` and `?`."""
        return self._plain("name")

    @property
    def role(self) -> Role:
        """The role."""
        return self._plain("role")


class AnatomyRecord(Record):
    """A scenario of cord and sac after a separation."""

    __slots__ = ()

    @property
    def anatomy(self) -> Anatomy:
        """`fixed`, `sac_reexpanded` or `cord_shift`."""
        return self._plain("anatomy")

    @property
    def cord_shift_lps_mm(self) -> tuple[float, float, float] | None:
        """The same shift along LPS, mm."""
        return self._plain("cord_shift_lps_mm")

    @property
    def cord_shift_mm(self) -> tuple[float, float, float] | None:
        """Shift of the cord towards the patient's front, left and head in the frame of the centreline at
        the tumour's middle, mm.
        """
        return self._plain("cord_shift_mm")

    @property
    def sac_cc(self) -> float | None:
        """Volume of the sac in this scenario, cc."""
        return self._plain("sac_cc")


class AnatomySettings(Record):
    """A scenario of cord and sac as it was asked for."""

    __slots__ = ()

    @property
    def anatomy(self) -> Anatomy:
        """Which."""
        return self._plain("anatomy")

    @property
    def shift_mm(self) -> tuple[float, float, float] | None:
        """Of `cord_shift`: towards the patient's front, left and head in the frame of the centreline at
        the tumour's middle, mm; `null` for others.
        """
        return self._plain("shift_mm")


class ApproachRecord(Record):
    """An approach as it was used."""

    __slots__ = ()

    @property
    def corpectomy(self) -> bool:
        """The whole vertebral body and all tumour in it, for comparison."""
        return self._plain("corpectomy")

    @property
    def depth_mm(self) -> float:
        """Length of it that must be free, mm."""
        return self._plain("depth_mm")

    @property
    def from_clock_deg(self) -> tuple[tuple[float, float], ...]:
        """Ranges of clock positions that instruments come from, degrees."""
        return self._plain("from_clock_deg")

    @property
    def ideal(self) -> bool:
        """Everything can be removed, whatever is in the way."""
        return self._plain("ideal")

    @property
    def safety_mm(self) -> float:
        """Distance that it keeps from the reference and the cord, mm."""
        return self._plain("safety_mm")

    @property
    def tilt_deg(self) -> float:
        """Largest tilt towards head and feet, degrees."""
        return self._plain("tilt_deg")

    @property
    def tool_radius_mm(self) -> float:
        """Half the width of the instrument, mm."""
        return self._plain("tool_radius_mm")

    @property
    def tube(self) -> TubeRecord | None:
        """The tube that it works through."""
        return self._one("tube", TubeRecord)

    @property
    def undercut_mm(self) -> float:
        """How far it reaches round a corner within the cavity, mm."""
        return self._plain("undercut_mm")


class BelowThreshold(Record):
    """Extent of the region that is closer than a threshold. The cord's numbers are in `tumour-cord` and
    `cord-sac`, the sac's in `tumour-sac`; the others are `null`.
    """

    __slots__ = ()

    @property
    def circumference_deg(self) -> float | None:
        """Part of the circumference that is nearer on some plane, degrees."""
        return self._plain("circumference_deg")

    @property
    def cord_length_mm(self) -> float | None:
        """Length of cord, mm."""
        return self._plain("cord_length_mm")

    @property
    def cord_surface_mm2(self) -> float | None:
        """Cord surface nearer than that, mm2."""
        return self._plain("cord_surface_mm2")

    @property
    def sac_length_mm(self) -> float | None:
        """Length of sac, mm."""
        return self._plain("sac_length_mm")

    @property
    def sac_surface_mm2(self) -> float | None:
        """Sac surface nearer than that, mm2."""
        return self._plain("sac_surface_mm2")

    @property
    def threshold_mm(self) -> float:
        """Threshold, mm."""
        return self._plain("threshold_mm")

    @property
    def tumour_volume_cc(self) -> float | None:
        """Tumour volume nearer than that to the cord or sac, or inside it, cc; `null` in `cord-sac`."""
        return self._plain("tumour_volume_cc")


class Closest(Record):
    """Nearest points, LPS mm."""

    __slots__ = ()

    @property
    def a_mm(self) -> tuple[float, float, float]:
        """On the first structure."""
        return self._plain("a_mm")

    @property
    def b_mm(self) -> tuple[float, float, float]:
        """On the second structure."""
        return self._plain("b_mm")


class ComparedPair(Record):
    """One pair before and after."""

    __slots__ = ()

    @property
    def after(self) -> tuple[str, str] | None:
        """Names of the two structures after; `null` where the pair is not there."""
        return self._plain("after")

    @property
    def after_mm(self) -> float | None:
        """Gap after, mm."""
        return self._plain("after_mm")

    @property
    def after_range_mm(self) -> tuple[float, float] | None:
        """Its interval, mm."""
        return self._plain("after_range_mm")

    @property
    def before(self) -> tuple[str, str] | None:
        """Names of the two structures before; `null` where the pair is not there."""
        return self._plain("before")

    @property
    def before_mm(self) -> float | None:
        """Gap before, mm."""
        return self._plain("before_mm")

    @property
    def before_range_mm(self) -> tuple[float, float] | None:
        """Its interval, mm."""
        return self._plain("before_range_mm")

    @property
    def change_mm(self) -> float | None:
        """After minus before, mm."""
        return self._plain("change_mm")

    @property
    def change_range_mm(self) -> tuple[float, float] | None:
        """What the two intervals leave open of that, mm."""
        return self._plain("change_range_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def verdicts_after(self) -> tuple[ThresholdVerdict, ...]:
        """Verdicts after."""
        return self._many("verdicts_after", ThresholdVerdict)

    @property
    def verdicts_before(self) -> tuple[ThresholdVerdict, ...]:
        """Verdicts before."""
        return self._many("verdicts_before", ThresholdVerdict)


class Comparison(Record):
    """A study before an operation and one after it. The report's own inputs and structures are those
    before; the phases `before` and `after` without a scenario are the real ones.
    """

    __slots__ = ()

    @property
    def headline_after(self) -> Headline:
        """Headline after."""
        return self._plain("headline_after")

    @property
    def headline_before(self) -> Headline:
        """Headline before."""
        return self._plain("headline_before")

    @property
    def inputs_after(self) -> tuple[Input, ...]:
        """What was read of the study after."""
        return self._many("inputs_after", Input)

    @property
    def pairs(self) -> tuple[ComparedPair, ...]:
        """The pairs, before and after."""
        return self._many("pairs", ComparedPair)

    @property
    def removed_cc(self) -> float | None:
        """Before minus after, cc."""
        return self._plain("removed_cc")

    @property
    def structures_after(self) -> tuple[StructureRecord, ...]:
        """Its structures, in the frame of reference of the study before."""
        return self._many("structures_after", StructureRecord)

    @property
    def surfaces(self) -> tuple[SurfaceRow, ...]:
        """Simulated residual tumour against the real one, a row for each approach."""
        return self._many("surfaces", SurfaceRow)

    @property
    def tumour_after_cc(self) -> float | None:
        """Tumour after, cc."""
        return self._plain("tumour_after_cc")

    @property
    def tumour_before_cc(self) -> float | None:
        """Tumour before, cc."""
        return self._plain("tumour_before_cc")


class Contribution(Record):
    """What a source contributes to the spread of a gap."""

    __slots__ = ()

    @property
    def margin_if_halved_mm(self) -> float:
        """What `margin_needed_mm` would be if the standard deviations of this source were half as large."""
        return self._plain("margin_if_halved_mm")

    @property
    def share_of_variance(self) -> float:
        """By how much of itself the variance of the gap shrinks without this source."""
        return self._plain("share_of_variance")

    @property
    def source(self) -> str:
        """Name of the source."""
        return self._plain("source")


class ConventionDose(Record):
    """A dose figure under a convention."""

    __slots__ = ()

    @property
    def convention(self) -> Convention:
        """Which one."""
        return self._plain("convention")

    @property
    def difference(self) -> float | None:
        """The figure less ours."""
        return self._plain("difference")

    @property
    def metric(self) -> str:
        """`volume`, `Dmax`, `Dmean` or `D0.03cc`."""
        return self._plain("metric")

    @property
    def ours(self) -> float | None:
        """Our figure."""
        return self._plain("ours")

    @property
    def ours_lower(self) -> float | None:
        """Lower end of its range."""
        return self._plain("ours_lower")

    @property
    def ours_upper(self) -> float | None:
        """Upper end of its range."""
        return self._plain("ours_upper")

    @property
    def programs(self) -> tuple[ConventionProgram, ...]:
        """Programs that have this convention."""
        return self._many("programs", ConventionProgram)

    @property
    def reason(self) -> str | None:
        """Why there is no figure."""
        return self._plain("reason")

    @property
    def unit(self) -> str:
        """`Gy` or `cc`."""
        return self._plain("unit")

    @property
    def value(self) -> float | None:
        """The figure; `null` where it gives none, see `reason`."""
        return self._plain("value")

    @property
    def why(self) -> str | None:
        """Why it is what it is."""
        return self._plain("why")


class ConventionGap(Record):
    """A gap under a convention."""

    __slots__ = ()

    @property
    def closest(self) -> Closest | None:
        """Its nearest points: of masks the centres of voxels."""
        return self._one("closest", Closest)

    @property
    def convention(self) -> Convention:
        """Which one."""
        return self._plain("convention")

    @property
    def difference_mm(self) -> float | None:
        """The gap less ours, mm."""
        return self._plain("difference_mm")

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower end of its range, mm; `null` of conventions that know none."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """The gap, mm; `null` where it gives none, see `reason`."""
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper end of its range, mm."""
        return self._plain("gap_upper_mm")

    @property
    def programs(self) -> tuple[ConventionProgram, ...]:
        """Programs that have this convention."""
        return self._many("programs", ConventionProgram)

    @property
    def reason(self) -> str | None:
        """Why there is no gap."""
        return self._plain("reason")

    @property
    def where(self) -> Where | None:
        """Where they lie."""
        return self._one("where", Where)

    @property
    def why(self) -> str | None:
        """Why it is what it is on this study."""
        return self._plain("why")

    @property
    def within_our_range(self) -> bool | None:
        """Whether it lies within our range."""
        return self._plain("within_our_range")


class ConventionProgram(Record):
    """A program that has a convention."""

    __slots__ = ()

    @property
    def compared(self) -> bool:
        """True where it was run on the same files as thecal (`docs/explain.md`), false where its source
        was read.
        """
        return self._plain("compared")

    @property
    def name(self) -> str:
        """Its name, with the function or option."""
        return self._plain("name")

    @property
    def version(self) -> str:
        """Its version."""
        return self._plain("version")


class ConventionVolume(Record):
    """A volume under a convention."""

    __slots__ = ()

    @property
    def convention(self) -> Convention:
        """Which one."""
        return self._plain("convention")

    @property
    def difference_cc(self) -> float | None:
        """The volume less ours, cc."""
        return self._plain("difference_cc")

    @property
    def difference_pct(self) -> float | None:
        """The same in per cent of ours."""
        return self._plain("difference_pct")

    @property
    def programs(self) -> tuple[ConventionProgram, ...]:
        """Programs that have this convention."""
        return self._many("programs", ConventionProgram)

    @property
    def reason(self) -> str | None:
        """Why there is no volume."""
        return self._plain("reason")

    @property
    def volume_cc(self) -> float | None:
        """The volume, cc; `null` where it gives none, see `reason`."""
        return self._plain("volume_cc")

    @property
    def why(self) -> str | None:
        """Why it is what it is."""
        return self._plain("why")


class DerivedFrom(Record):
    """How a structure was made from another."""

    __slots__ = ()

    @property
    def expansion_mm(self) -> float:
        """Expansion in all directions, mm."""
        return self._plain("expansion_mm")

    @property
    def structure(self) -> str:
        """Name of the drawn structure."""
        return self._plain("structure")


class Direction(Record):
    """Parts of the gap vector."""

    __slots__ = ()

    @property
    def in_plane_mm(self) -> float:
        """Within the plane, mm."""
        return self._plain("in_plane_mm")

    @property
    def through_plane_mm(self) -> float:
        """Along the plane normal, mm."""
        return self._plain("through_plane_mm")


class DoseAt(Record):
    """The dose at one place of a segment."""

    __slots__ = ()

    @property
    def dose_gy(self) -> float | None:
        """Dose, Gy; `null` where it is not known."""
        return self._plain("dose_gy")

    @property
    def from_cord_mm(self) -> float:
        """Distance from the cord's surface towards the tumour, mm."""
        return self._plain("from_cord_mm")


class DoseCurve(Record):
    """A cumulative dose-volume curve: the volume that receives at least each dose."""

    __slots__ = ()

    @property
    def dose_gy(self) -> tuple[float, ...]:
        """Doses, ascending, Gy."""
        return self._plain("dose_gy")

    @property
    def lower_cc(self) -> tuple[float, ...]:
        """Lower end of its range, cc."""
        return self._plain("lower_cc")

    @property
    def upper_cc(self) -> tuple[float, ...]:
        """Upper end of its range, cc."""
        return self._plain("upper_cc")

    @property
    def volume_cc(self) -> tuple[float, ...]:
        """Volume that receives at least that dose, cc."""
        return self._plain("volume_cc")


class DoseInput(Record):
    """A dose that was read."""

    __slots__ = ()

    @property
    def content_sha256(self) -> str:
        """SHA-256 of the file."""
        return self._plain("content_sha256")

    @property
    def fractions(self) -> int | None:
        """Fractions that the plan gives for it."""
        return self._plain("fractions")

    @property
    def grid_mm(self) -> tuple[float, float, float]:
        """Distance between columns, rows and planes, mm; of uneven planes the largest."""
        return self._plain("grid_mm")

    @property
    def max_gy(self) -> float:
        """Largest sampled value, Gy."""
        return self._plain("max_gy")

    @property
    def plan(self) -> str | None:
        """SOP Instance UID of its plan."""
        return self._plain("plan")

    @property
    def sop_instance_uid(self) -> str | None:
        """SOP Instance UID."""
        return self._plain("sop_instance_uid")

    @property
    def summation(self) -> str | None:
        """Dose Summation Type as the file says."""
        return self._plain("summation")

    @property
    def type(self) -> str | None:
        """Dose Type as the file says."""
        return self._plain("type")

    @property
    def units(self) -> str | None:
        """Dose Units as the file says."""
        return self._plain("units")


class DoseMetric(Record):
    """A dose-volume figure with its range."""

    __slots__ = ()

    @property
    def lower(self) -> float | None:
        """Lower end of its range."""
        return self._plain("lower")

    @property
    def metric(self) -> str:
        """Name, for example `Dmax`, `D0.035cc`, `D95%` or `V20Gy`."""
        return self._plain("metric")

    @property
    def reason(self) -> str | None:
        """Why there is no value, or what opens the range."""
        return self._plain("reason")

    @property
    def unit(self) -> str:
        """Unit of value and bounds: `Gy`, `cc` or `%`."""
        return self._plain("unit")

    @property
    def upper(self) -> float | None:
        """Upper end of its range."""
        return self._plain("upper")

    @property
    def value(self) -> float | None:
        """Its value; `null` where there is none."""
        return self._plain("value")


class DoseRecord(Record):
    """A dose and what structures receive of it. Where the gate did not accept the dose there are no
    structures, no limits and no gaps.
    """

    __slots__ = ()

    @property
    def across_gap(self) -> tuple[AcrossGap, ...]:
        """Dose along the closest segments of tumour and cord."""
        return self._many("across_gap", AcrossGap)

    @property
    def epidural(self) -> tuple[EpiduralDose, ...]:
        """The part of each tumour that lies near the cord."""
        return self._many("epidural", EpiduralDose)

    @property
    def fractions(self) -> int | None:
        """Number of fractions; `null` where it is not known."""
        return self._plain("fractions")

    @property
    def gap_needed(self) -> tuple[GapNeeded, ...]:
        """The gap that each limit asks for."""
        return self._many("gap_needed", GapNeeded)

    @property
    def gate(self) -> Gate:
        """Whether the dose is what it says."""
        return self._one("gate", Gate)

    @property
    def inputs(self) -> tuple[DoseInput, ...]:
        """The doses that were read; several are summed."""
        return self._many("inputs", DoseInput)

    @property
    def isodose_gaps(self) -> tuple[IsodoseGap, ...]:
        """How near to the cord the isodose of each limit comes, anywhere."""
        return self._many("isodose_gaps", IsodoseGap)

    @property
    def limits(self) -> tuple[LimitRecord, ...]:
        """Limits with their verdicts."""
        return self._many("limits", LimitRecord)

    @property
    def prescription_gy(self) -> float | None:
        """Prescribed dose of the whole course, Gy; `null` where it is not known."""
        return self._plain("prescription_gy")

    @property
    def prior_rt(self) -> Any:
        """Earlier radiotherapy of the same place."""
        return self._plain("prior_rt")

    @property
    def structures(self) -> tuple[DoseStructure, ...]:
        """Dose-volume figures by structure."""
        return self._many("structures", DoseStructure)


class DoseSettingsRecord(Record):
    """Figures of dose as they were asked for."""

    __slots__ = ()

    @property
    def doses_sha256(self) -> tuple[str, ...]:
        """SHA-256 of the doses that were asked for; empty: the only one there."""
        return self._plain("doses_sha256")

    @property
    def edge_gy(self) -> float | None:
        """Dose that the tumour's edge is to have, Gy; `null`: what the plan gives it."""
        return self._plain("edge_gy")

    @property
    def falloff_pct_per_mm(self) -> float | None:
        """A stated fall-off, % of the prescription for each mm; `null`: none."""
        return self._plain("falloff_pct_per_mm")

    @property
    def fractions(self) -> int | None:
        """Number of fractions; `null`: as the plan says."""
        return self._plain("fractions")

    @property
    def limits(self) -> Any:
        """The table of limits."""
        return self._plain("limits")

    @property
    def metrics(self) -> tuple[str, ...]:
        """Figures beside those that are given without asking."""
        return self._plain("metrics")

    @property
    def prescription_gy(self) -> float | None:
        """Prescribed dose, Gy; `null`: as the plan says."""
        return self._plain("prescription_gy")

    @property
    def prior_rt(self) -> str:
        """Earlier radiotherapy of the same place: `none`, `unknown`, or `EQD2=GY`."""
        return self._plain("prior_rt")

    @property
    def structures(self) -> tuple[str, ...]:
        """Names of the structures; empty: all, or those about the gap."""
        return self._plain("structures")

    @property
    def target(self) -> str | None:
        """Name of the target of the prescription; `null`: as the plan says, or by role."""
        return self._plain("target")


class DoseStructure(Record):
    """What one structure receives."""

    __slots__ = ()

    @property
    def curve(self) -> DoseCurve | None:
        """The cumulative dose-volume curve; `null` where there is none."""
        return self._one("curve", DoseCurve)

    @property
    def derived_from(self) -> DerivedFrom | None:
        """The structure that it was made from, where it is not drawn."""
        return self._one("derived_from", DerivedFrom)

    @property
    def metrics(self) -> tuple[DoseMetric, ...]:
        """Dose-volume figures."""
        return self._many("metrics", DoseMetric)

    @property
    def name(self) -> str:
        """Its name."""
        return self._plain("name")

    @property
    def role(self) -> Role:
        """What it is."""
        return self._plain("role")

    @property
    def share_in_grid(self) -> float:
        """Share of the volume where the dose is known, 0 to 1."""
        return self._plain("share_in_grid")

    @property
    def volume_cc(self) -> float:
        """Volume, cc."""
        return self._plain("volume_cc")

    @property
    def volume_lower_cc(self) -> float:
        """Lower end of the range of the volume, cc."""
        return self._plain("volume_lower_cc")

    @property
    def volume_upper_cc(self) -> float:
        """Upper end of the range of the volume, cc."""
        return self._plain("volume_upper_cc")


class EpiduralDose(Record):
    """What the part of a tumour near the cord receives."""

    __slots__ = ()

    @property
    def cord(self) -> str:
        """Name of the cord."""
        return self._plain("cord")

    @property
    def metrics(self) -> tuple[DoseMetric, ...]:
        """Dmin, D98%, D95% and Dmean of it."""
        return self._many("metrics", DoseMetric)

    @property
    def tumour(self) -> str:
        """Name of the tumour."""
        return self._plain("tumour")

    @property
    def volume_cc(self) -> float:
        """Its volume, cc."""
        return self._plain("volume_cc")

    @property
    def within_mm(self) -> float:
        """Tumour within this distance of the cord is meant, mm."""
        return self._plain("within_mm")


class ExplainGrid(Record):
    """The grid that masks are made on."""

    __slots__ = ()

    @property
    def from_(self) -> GridSource:
        """Where it comes from."""
        return self._plain("from")

    @property
    def modality(self) -> str | None:
        """Modality of the images, where it is theirs."""
        return self._plain("modality")

    @property
    def origin_mm(self) -> tuple[float, float, float]:
        """Centre of the first voxel, mm."""
        return self._plain("origin_mm")

    @property
    def series_instance_uid(self) -> str | None:
        """Series Instance UID, where it is that of images."""
        return self._plain("series_instance_uid")

    @property
    def size(self) -> tuple[int, int, int]:
        """Number of columns, rows and slices."""
        return self._plain("size")

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance of columns, rows and slices, mm."""
        return self._plain("spacing_mm")


class ExplainPair(Record):
    """A pair of structures under all conventions."""

    __slots__ = ()

    @property
    def a(self) -> str:
        """Name of the first structure."""
        return self._plain("a")

    @property
    def b(self) -> str:
        """Name of the second structure."""
        return self._plain("b")

    @property
    def closest(self) -> Closest | None:
        """Our nearest points."""
        return self._one("closest", Closest)

    @property
    def conventions(self) -> tuple[ConventionGap, ...]:
        """The gap under other conventions."""
        return self._many("conventions", ConventionGap)

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower end of its range, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Our gap, mm; negative where the two overlap."""
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper end of its range, mm."""
        return self._plain("gap_upper_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def where(self) -> Where | None:
        """Where our gap is."""
        return self._one("where", Where)


class ExplainStructure(Record):
    """A structure under all conventions."""

    __slots__ = ()

    @property
    def conventions(self) -> tuple[ConventionVolume, ...]:
        """The volume under other conventions."""
        return self._many("conventions", ConventionVolume)

    @property
    def dose(self) -> tuple[ConventionDose, ...]:
        """Dose figures under other conventions; empty where there is no dose."""
        return self._many("dose", ConventionDose)

    @property
    def name(self) -> str:
        """Its name."""
        return self._plain("name")

    @property
    def role(self) -> Role:
        """What it is."""
        return self._plain("role")

    @property
    def volume_cc(self) -> float:
        """Our volume, cc."""
        return self._plain("volume_cc")

    @property
    def volume_lower_cc(self) -> float:
        """The least of our volumes with any end rule, cc."""
        return self._plain("volume_lower_cc")

    @property
    def volume_upper_cc(self) -> float:
        """The largest of them, cc."""
        return self._plain("volume_upper_cc")


class ExtentRecord(Record):
    """The epidural extent of a tumour before an operation."""

    __slots__ = ()

    @property
    def basis(self) -> ExtentBasis:
        """Basis of the epidural extent: `canal` (tumour within the drawn canal), `outside_bone` (tumour
        outside the drawn vertebrae) or `whole_tumour` (neither is drawn).
        """
        return self._plain("basis")

    @property
    def name(self) -> str:
        """Name under which it is written out."""
        return self._plain("name")

    @property
    def tumour(self) -> str:
        """The tumour."""
        return self._plain("tumour")

    @property
    def volume_cc(self) -> float:
        """Volume, cc."""
        return self._plain("volume_cc")


class GapChange(Record):
    """A gap before and after."""

    __slots__ = ()

    @property
    def after_mm(self) -> float | None:
        """After, mm; `null` where nothing of the tumour is left."""
        return self._plain("after_mm")

    @property
    def before_mm(self) -> float | None:
        """Before, mm."""
        return self._plain("before_mm")

    @property
    def change_mm(self) -> float | None:
        """After minus before, mm."""
        return self._plain("change_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")


class GapNeeded(Record):
    """The gap that a limit asks for."""

    __slots__ = ()

    @property
    def a(self) -> str:
        """Name of the tumour."""
        return self._plain("a")

    @property
    def assumptions(self) -> str:
        """What the model assumes."""
        return self._plain("assumptions")

    @property
    def b(self) -> str:
        """Name of the cord."""
        return self._plain("b")

    @property
    def edge_dose_gy(self) -> float | None:
        """Dose that the tumour's edge is to receive, Gy."""
        return self._plain("edge_dose_gy")

    @property
    def had_mm(self) -> float:
        """Gap that there is, mm."""
        return self._plain("had_mm")

    @property
    def lacking_mm(self) -> float | None:
        """What is lacking, mm; negative: to spare."""
        return self._plain("lacking_mm")

    @property
    def limit(self) -> str:
        """Name of the limit's row."""
        return self._plain("limit")

    @property
    def limit_gy(self) -> float:
        """The dose that the row allows in the fractions of the course, Gy."""
        return self._plain("limit_gy")

    @property
    def model(self) -> str:
        """The model of the fall-off: `plan_isodose`, `linear` or `erf`."""
        return self._plain("model")

    @property
    def needed_lower_mm(self) -> float | None:
        """Lower end of its range by the sampling of the dose, mm."""
        return self._plain("needed_lower_mm")

    @property
    def needed_mm(self) -> float | None:
        """Gap needed, mm."""
        return self._plain("needed_mm")

    @property
    def needed_upper_mm(self) -> float | None:
        """Upper end of its range, mm."""
        return self._plain("needed_upper_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def reason(self) -> str | None:
        """Why there is no number."""
        return self._plain("reason")

    @property
    def rules(self) -> bool:
        """True for the row that asks for the largest gap."""
        return self._plain("rules")

    @property
    def scenario(self) -> str | None:
        """The simulated scenario whose gap is held against it; `null` for the anatomy as contoured."""
        return self._plain("scenario")


class Gate(Record):
    """The judgement on whether a dose is what its label says."""

    __slots__ = ()

    @property
    def accepted(self) -> bool:
        """False where no figure of this dose may be used."""
        return self._plain("accepted")

    @property
    def reasons(self) -> tuple[GateReason, ...]:
        """Why it was not accepted, or what is doubtful of one that was."""
        return self._many("reasons", GateReason)


class GateReason(Record):
    """One finding of the gate."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """Stable code, as those of warnings."""
        return self._plain("code")

    @property
    def message(self) -> str:
        """For a person."""
        return self._plain("message")

    @property
    def refuses(self) -> bool:
        """True where it alone stops every figure."""
        return self._plain("refuses")


class Histogram(Record):
    """How often values occur, in bins of one width."""

    __slots__ = ()

    @property
    def from_mm(self) -> float:
        """Where the first bin begins, mm."""
        return self._plain("from_mm")

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the samples in each bin."""
        return self._plain("shares")

    @property
    def width_mm(self) -> float:
        """Width of a bin, mm."""
        return self._plain("width_mm")


class InfoCopy(Record):
    """A file that holds the same object as another."""

    __slots__ = ()

    @property
    def of(self) -> str:
        """The file that is taken instead."""
        return self._plain("of")

    @property
    def path(self) -> str:
        """The file."""
        return self._plain("path")


class InfoDose(Record):
    """One dose. It is listed, no more: what its values say is not looked at."""

    __slots__ = ()

    @property
    def beams(self) -> tuple[int, ...]:
        """Numbers of the beams that the dose is of; empty where all are."""
        return self._plain("beams")

    @property
    def dose_type(self) -> str | None:
        """`PHYSICAL`, `EFFECTIVE` or `ERROR`."""
        return self._plain("dose_type")

    @property
    def fraction_groups(self) -> tuple[int, ...]:
        """Numbers of the fraction groups that the dose is of; empty for a whole plan."""
        return self._plain("fraction_groups")

    @property
    def frame_of_reference_uid(self) -> str | None:
        """Frame of Reference UID."""
        return self._plain("frame_of_reference_uid")

    @property
    def heterogeneity(self) -> tuple[str, ...]:
        """What the calculation took the patient to be made of: `IMAGE`, `ROI_OVERRIDE`, `WATER`; empty
        where it is not stated.
        """
        return self._plain("heterogeneity")

    @property
    def path(self) -> str:
        """File."""
        return self._plain("path")

    @property
    def pixel_spacing_mm(self) -> tuple[float, float]:
        """Distance of voxel centres along a row and along a column, mm."""
        return self._plain("pixel_spacing_mm")

    @property
    def plane_spacing_mm(self) -> float | None:
        """Mean distance of planes, mm."""
        return self._plain("plane_spacing_mm")

    @property
    def size(self) -> tuple[int, int, int]:
        """Rows, columns and planes."""
        return self._plain("size")

    @property
    def sop_instance_uid(self) -> str | None:
        """SOP Instance UID."""
        return self._plain("sop_instance_uid")

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance of rows, of columns and (in the mean) of planes, mm, in the order of `size`."""
        return self._plain("spacing_mm")

    @property
    def summation(self) -> str | None:
        """What the dose is of: `PLAN`, `FRACTION`, `BEAM`, ..."""
        return self._plain("summation")

    @property
    def units(self) -> str | None:
        """`GY` or `RELATIVE`."""
        return self._plain("units")

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What stands against using the dose, by what stands before its values."""
        return self._many("warnings", WarningRecord)


class InfoFrame(Record):
    """One frame of reference."""

    __slots__ = ()

    @property
    def frame_of_reference_uid(self) -> str | None:
        """Frame of Reference UID; `null` for files that name none (NIfTI, NRRD)."""
        return self._plain("frame_of_reference_uid")

    @property
    def holds(self) -> tuple[str, ...]:
        """Kinds of files in it with their numbers, as `CT x 177`."""
        return self._plain("holds")


class InfoPlan(Record):
    """One plan. It is listed, no more."""

    __slots__ = ()

    @property
    def beams(self) -> tuple[int, ...]:
        """Numbers of the beams that treat."""
        return self._plain("beams")

    @property
    def fractions(self) -> tuple[int | None, ...]:
        """Number of fractions of each group; `null` where it is not stated."""
        return self._plain("fractions")

    @property
    def label(self) -> str | None:
        """RT Plan Label."""
        return self._plain("label")

    @property
    def path(self) -> str:
        """File."""
        return self._plain("path")

    @property
    def sop_instance_uid(self) -> str | None:
        """SOP Instance UID."""
        return self._plain("sop_instance_uid")

    @property
    def target_doses_gy(self) -> tuple[float, ...]:
        """Doses prescribed to targets, Gy."""
        return self._plain("target_doses_gy")

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was doubted."""
        return self._many("warnings", WarningRecord)


class InfoReference(Record):
    """One file that refers to others."""

    __slots__ = ()

    @property
    def from_(self) -> str:
        """The file."""
        return self._plain("from")

    @property
    def from_kind(self) -> str:
        """Kind of the file that refers."""
        return self._plain("from_kind")

    @property
    def here(self) -> int:
        """How many of them are here."""
        return self._plain("here")

    @property
    def to_kind(self) -> str:
        """Kind of what it refers to: `image`, `RTPLAN`, `RTSTRUCT`."""
        return self._plain("to_kind")

    @property
    def wanted(self) -> int:
        """How many it refers to."""
        return self._plain("wanted")


class InfoRegistration(Record):
    """One registered frame of reference."""

    __slots__ = ()

    @property
    def angle_deg(self) -> float:
        """Angle of the rotation, degrees."""
        return self._plain("angle_deg")

    @property
    def from_frame_uid(self) -> str:
        """The frame that points are taken from."""
        return self._plain("from_frame_uid")

    @property
    def registration_uid(self) -> str:
        """SOP Instance UID of the registration."""
        return self._plain("registration_uid")

    @property
    def to_frame_uid(self) -> str:
        """The frame that they are taken to."""
        return self._plain("to_frame_uid")

    @property
    def translation_mm(self) -> tuple[float, float, float]:
        """The translation, mm."""
        return self._plain("translation_mm")


class InfoSeries(Record):
    """One series."""

    __slots__ = ()

    @property
    def description(self) -> str | None:
        """Series Description; `null` unless it was asked for, since it can hold a name."""
        return self._plain("description")

    @property
    def files(self) -> int:
        """Number of files."""
        return self._plain("files")

    @property
    def frame_of_reference_uid(self) -> str | None:
        """Frame of Reference UID."""
        return self._plain("frame_of_reference_uid")

    @property
    def kind(self) -> str:
        """`CT`, `MR`, `RTSTRUCT`, ..."""
        return self._plain("kind")

    @property
    def patient(self) -> int:
        """Which of the patients it is of, from 1."""
        return self._plain("patient")

    @property
    def series_instance_uid(self) -> str:
        """Series Instance UID."""
        return self._plain("series_instance_uid")

    @property
    def study(self) -> int:
        """Which of the patient's studies it is of, from 1."""
        return self._plain("study")

    @property
    def volumes(self) -> tuple[InfoVolume, ...]:
        """Of images, the volumes that the slices make; none where they make none."""
        return self._many("volumes", InfoVolume)


class InfoSet(Record):
    """One structure set."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """`RTSTRUCT`, `SEG`, `NIfTI` or `NRRD`."""
        return self._plain("kind")

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why this set cannot be checked as it is."""
        return self._plain("obstacles")

    @property
    def path(self) -> str:
        """File."""
        return self._plain("path")

    @property
    def sop_instance_uid(self) -> str | None:
        """SOP Instance UID."""
        return self._plain("sop_instance_uid")

    @property
    def structures(self) -> tuple[InfoStructure, ...]:
        """Structures in the order of the file."""
        return self._many("structures", InfoStructure)

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was doubted on reading."""
        return self._many("warnings", WarningRecord)


class InfoStructure(Record):
    """One structure of a set."""

    __slots__ = ()

    @property
    def contours(self) -> int:
        """Number of contours; 0 where it is named but not drawn."""
        return self._plain("contours")

    @property
    def interpreted_type(self) -> str | None:
        """RT ROI Interpreted Type."""
        return self._plain("interpreted_type")

    @property
    def name(self) -> str:
        """Name as in the input."""
        return self._plain("name")

    @property
    def plane_spacing_mm(self) -> float | None:
        """Median distance between planes, mm."""
        return self._plain("plane_spacing_mm")

    @property
    def planes(self) -> int | None:
        """Number of planes; of a segment, of frames; of a label, of those with voxels, across the coarsest
        axis of the file.
        """
        return self._plain("planes")

    @property
    def points(self) -> int:
        """Number of contour points."""
        return self._plain("points")

    @property
    def role(self) -> Role:
        """Role, as `cord` or `thecal_sac`."""
        return self._plain("role")

    @property
    def role_from(self) -> RoleSource:
        """Where the role comes from."""
        return self._plain("role_from")

    @property
    def voxels(self) -> int | None:
        """Number of voxels of a label; `null` for others."""
        return self._plain("voxels")


class InfoVolume(Record):
    """One volume of an image series."""

    __slots__ = ()

    @property
    def missing(self) -> int:
        """Number of slices that are missing between others."""
        return self._plain("missing")

    @property
    def pixel_spacing_mm(self) -> tuple[float, float]:
        """Distance of voxel centres along a row and along a column, mm."""
        return self._plain("pixel_spacing_mm")

    @property
    def size(self) -> tuple[int, int, int]:
        """Rows, columns and slices."""
        return self._plain("size")

    @property
    def slice_spacing_mm(self) -> float:
        """Distance of slices along their normal, mm."""
        return self._plain("slice_spacing_mm")

    @property
    def tilt_deg(self) -> float:
        """Angle between the normal of the slices and the patient's long axis, degrees: 0 of axial slices,
        90 of sagittal and coronal ones.
        """
        return self._plain("tilt_deg")


class Input(Record):
    """One input series or file set. Holds no patient identity."""

    __slots__ = ()

    @property
    def content_sha256(self) -> str | None:
        """SHA-256 of the file, of files of structures; it names nobody, unlike a file's name."""
        return self._plain("content_sha256")

    @property
    def files(self) -> int:
        """Number of files."""
        return self._plain("files")

    @property
    def frame_of_reference_uid(self) -> str | None:
        """Frame of Reference UID."""
        return self._plain("frame_of_reference_uid")

    @property
    def kind(self) -> str:
        """`CT`, `MR`, `RTSTRUCT`, ..."""
        return self._plain("kind")

    @property
    def series_instance_uid(self) -> str | None:
        """Series Instance UID."""
        return self._plain("series_instance_uid")

    @property
    def sop_instance_uid(self) -> str | None:
        """SOP Instance UID, where the input is a single object."""
        return self._plain("sop_instance_uid")


class IntervalPart(Record):
    """A part of the range that the data leave open."""

    __slots__ = ()

    @property
    def lower_mm(self) -> float:
        """By how much the gap may be smaller, mm."""
        return self._plain("lower_mm")

    @property
    def part(self) -> IntervalSource:
        """`planes`, `poles`, `ends`, `points`, `rounding`, `pixels`, `search`, or `drawing` (what was open
        before a simulated separation).
        """
        return self._plain("part")

    @property
    def upper_mm(self) -> float:
        """By how much the gap may be larger, mm."""
        return self._plain("upper_mm")


class IsodoseGap(Record):
    """How near to the cord the isodose of a limit comes, anywhere along the cord."""

    __slots__ = ()

    @property
    def dose_gy(self) -> float:
        """The dose, Gy."""
        return self._plain("dose_gy")

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower end of its range by the sampling of the dose, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Distance of the isodose from the cord's surface, mm; negative where the cord receives that dose;
        `null` where it is reached nowhere near the cord.
        """
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper end of its range, mm."""
        return self._plain("gap_upper_mm")

    @property
    def limit(self) -> str:
        """Name of the limit's row."""
        return self._plain("limit")


class IsodosePlace(Record):
    """Where a dose is met along a segment."""

    __slots__ = ()

    @property
    def dose_gy(self) -> float:
        """The dose, Gy."""
        return self._plain("dose_gy")

    @property
    def from_cord_mm(self) -> float | None:
        """Distance from the cord's surface towards the tumour, mm; negative inside the cord; `null` where
        the segment does not meet it.
        """
        return self._plain("from_cord_mm")

    @property
    def lower_mm(self) -> float | None:
        """Lower end of its range by the sampling of the dose, mm."""
        return self._plain("lower_mm")

    @property
    def of(self) -> str:
        """What dose it is: a share of the prescription, or the row of a limit."""
        return self._plain("of")

    @property
    def reason(self) -> str | None:
        """Why the dose is not met."""
        return self._plain("reason")

    @property
    def upper_mm(self) -> float | None:
        """Upper end of its range, mm."""
        return self._plain("upper_mm")


class LabelNameRecord(Record):
    """The name of a value of a label map."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name."""
        return self._plain("name")

    @property
    def value(self) -> int:
        """The value."""
        return self._plain("value")


class LabelTableRecord(Record):
    """A table that names labels of masks."""

    __slots__ = ()

    @property
    def names(self) -> tuple[LabelNameRecord, ...]:
        """The names, of a table of one's own; empty where it is built in."""
        return self._many("names", LabelNameRecord)

    @property
    def table(self) -> str | None:
        """Its name, where it is built in; `null` where it was a file."""
        return self._plain("table")


class LeastRow(Record):
    """The smallest removal with which an approach reaches a threshold."""

    __slots__ = ()

    @property
    def amount_mm(self) -> float | None:
        """Least amount of the sweep that does, mm."""
        return self._plain("amount_mm")

    @property
    def best_gap_mm(self) -> float | None:
        """The largest gap of the sweep, mm, where it is not reached."""
        return self._plain("best_gap_mm")

    @property
    def pinned_clock_deg(self) -> float | None:
        """Clock position that pins the gap there, degrees."""
        return self._plain("pinned_clock_deg")

    @property
    def reached(self) -> bool:
        """Whether the nominal gap reaches it within the amounts of the sweep."""
        return self._plain("reached")

    @property
    def removed_cc(self) -> float | None:
        """Tumour removed at that depth, cc."""
        return self._plain("removed_cc")

    @property
    def scenario(self) -> str:
        """Name of the approach."""
        return self._plain("scenario")

    @property
    def threshold_mm(self) -> float:
        """The threshold, mm."""
        return self._plain("threshold_mm")

    @property
    def tumour(self) -> str:
        """The tumour."""
        return self._plain("tumour")


class LeftOutRecord(Record):
    """The part of an epidural extent that a target leaves out."""

    __slots__ = ()

    @property
    def ctv(self) -> str:
        """The target."""
        return self._plain("ctv")

    @property
    def deepest_mm(self) -> tuple[float, float, float] | None:
        """Where, LPS mm."""
        return self._plain("deepest_mm")

    @property
    def depth_mm(self) -> float:
        """How far it comes out of the target, mm; 0 where nothing does."""
        return self._plain("depth_mm")

    @property
    def sectors_cc(self) -> tuple[float, ...] | None:
        """Volume in twelve clock sectors from anterior, cc; `null` without a centreline."""
        return self._plain("sectors_cc")

    @property
    def tumour(self) -> str:
        """The tumour."""
        return self._plain("tumour")

    @property
    def volume_cc(self) -> float:
        """Volume, cc."""
        return self._plain("volume_cc")


class LimitRecord(Record):
    """A limit and how this dose stands to it."""

    __slots__ = ()

    @property
    def doi(self) -> str | None:
        """DOI of the source."""
        return self._plain("doi")

    @property
    def fractions(self) -> int | None:
        """Number of fractions that the row is for; `null` for any."""
        return self._plain("fractions")

    @property
    def id(self) -> str:
        """Name of the row."""
        return self._plain("id")

    @property
    def limit_gy(self) -> float | None:
        """The limit of the whole course, Gy; `null` where the row limits no dose."""
        return self._plain("limit_gy")

    @property
    def lower_gy(self) -> float | None:
        """Lower end of its range, Gy."""
        return self._plain("lower_gy")

    @property
    def made(self) -> bool:
        """True where that structure was not drawn but made by growing a drawn one."""
        return self._plain("made")

    @property
    def metric(self) -> str:
        """The figure that is limited."""
        return self._plain("metric")

    @property
    def of(self) -> str | None:
        """Name of the structure that the figure is of."""
        return self._plain("of")

    @property
    def reason(self) -> str | None:
        """Why it is no plain pass or fail, and what was made to answer it."""
        return self._plain("reason")

    @property
    def source(self) -> str:
        """Author or report and year."""
        return self._plain("source")

    @property
    def status(self) -> str:
        """`verified` where the number was read in the source itself, else `secondary`, or `site` for a row
        of the user's own file.
        """
        return self._plain("status")

    @property
    def structure(self) -> str:
        """The structure that the row is about, with its expansion."""
        return self._plain("structure")

    @property
    def unit(self) -> str:
        """Unit of limit and figure: `Gy`, `Gy EQD2` or `Gy BED`; another one where the row limits no dose,
        whose numbers stand in the reason.
        """
        return self._plain("unit")

    @property
    def upper_gy(self) -> float | None:
        """Upper end of its range, Gy."""
        return self._plain("upper_gy")

    @property
    def value_gy(self) -> float | None:
        """The figure, Gy."""
        return self._plain("value_gy")

    @property
    def verdict(self) -> LimitVerdict:
        """The verdict."""
        return self._plain("verdict")


class NamedApproach(Record):
    """An approach under its name."""

    __slots__ = ()

    @property
    def corpectomy(self) -> bool:
        """The whole vertebral body and all tumour in it, for comparison."""
        return self._plain("corpectomy")

    @property
    def depth_mm(self) -> float:
        """Length of it that must be free, mm."""
        return self._plain("depth_mm")

    @property
    def from_clock_deg(self) -> tuple[tuple[float, float], ...]:
        """Ranges of clock positions that instruments come from, degrees."""
        return self._plain("from_clock_deg")

    @property
    def ideal(self) -> bool:
        """Everything can be removed, whatever is in the way."""
        return self._plain("ideal")

    @property
    def name(self) -> str:
        """The name."""
        return self._plain("name")

    @property
    def safety_mm(self) -> float:
        """Distance that it keeps from the reference and the cord, mm."""
        return self._plain("safety_mm")

    @property
    def tilt_deg(self) -> float:
        """Largest tilt towards head and feet, degrees."""
        return self._plain("tilt_deg")

    @property
    def tool_radius_mm(self) -> float:
        """Half the width of the instrument, mm."""
        return self._plain("tool_radius_mm")

    @property
    def tube(self) -> TubeRecord | None:
        """The tube that it works through."""
        return self._one("tube", TubeRecord)

    @property
    def undercut_mm(self) -> float:
        """How far it reaches round a corner within the cavity, mm."""
        return self._plain("undercut_mm")


class PairProbability(Record):
    """The distribution of one gap."""

    __slots__ = ()

    @property
    def a(self) -> str:
        """Name of the first structure."""
        return self._plain("a")

    @property
    def b(self) -> str:
        """Name of the second structure."""
        return self._plain("b")

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What each source contributes."""
        return self._many("contributions", Contribution)

    @property
    def exact(self) -> tuple[UncertainStructure, ...]:
        """Structures of the pair that no source moves: their surfaces are taken as exact."""
        return self._plain("exact")

    @property
    def histogram(self) -> Histogram:
        """How often each gap occurs."""
        return self._one("histogram", Histogram)

    @property
    def margin_needed_mm(self) -> float:
        """The loss of gap that is not exceeded with a probability of 95 %, mm: for a probability of 95 %
        the gap as drawn must be larger than a threshold by this.
        """
        return self._plain("margin_needed_mm")

    @property
    def median_mm(self) -> float:
        """Median, mm."""
        return self._plain("median_mm")

    @property
    def nominal_mm(self) -> float:
        """The gap as drawn, mm."""
        return self._plain("nominal_mm")

    @property
    def p05_mm(self) -> float:
        """5 % lie below it, mm."""
        return self._plain("p05_mm")

    @property
    def p95_mm(self) -> float:
        """95 % lie below it, mm."""
        return self._plain("p95_mm")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def phase(self) -> Phase:
        """Which anatomy."""
        return self._plain("phase")

    @property
    def probability(self) -> tuple[ThresholdProbability, ...]:
        """Probability that the gap reaches each threshold."""
        return self._many("probability", ThresholdProbability)

    @property
    def random_sd_mm(self) -> float:
        """Standard deviation by the random sources alone, from fraction to fraction, mm."""
        return self._plain("random_sd_mm")

    @property
    def scenario(self) -> str | None:
        """Name of the simulated scenario; `null` for the anatomy as contoured."""
        return self._plain("scenario")

    @property
    def sd_mm(self) -> float:
        """Standard deviation by all sources, mm."""
        return self._plain("sd_mm")

    @property
    def sensitivity(self) -> tuple[Sensitivity, ...]:
        """The same where contouring varies from place to place."""
        return self._many("sensitivity", Sensitivity)

    @property
    def systematic_sd_mm(self) -> float:
        """Standard deviation by the systematic sources alone, mm."""
        return self._plain("systematic_sd_mm")


class PairRecord(Record):
    """One pair of structures."""

    __slots__ = ()

    @property
    def a(self) -> str:
        """Name of the first structure."""
        return self._plain("a")

    @property
    def b(self) -> str:
        """Name of the second structure."""
        return self._plain("b")

    @property
    def below(self) -> tuple[BelowThreshold, ...]:
        """Extent below each threshold."""
        return self._many("below", BelowThreshold)

    @property
    def closest(self) -> Closest | None:
        """Nearest points."""
        return self._one("closest", Closest)

    @property
    def decides(self) -> bool:
        """Whether these verdicts are part of the headline: those of tumour and cord are, and those on
        thresholds that the user set for this kind of pair.
        """
        return self._plain("decides")

    @property
    def direction(self) -> Direction | None:
        """The gap in and through the plane."""
        return self._one("direction", Direction)

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower end of the range that the resolution of the data leaves open, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Least surface distance, mm; negative where they overlap."""
        return self._plain("gap_mm")

    @property
    def gap_smoothed_mm(self) -> float | None:
        """A second figure that is less sensitive to contouring noise and never replaces the gap: the
        smallest of the gaps plane by plane, smoothed along the planes (docs/method.md), mm; `null`
        where too few planes face.
        """
        return self._plain("gap_smoothed_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper end of that range, mm."""
        return self._plain("gap_upper_mm")

    @property
    def headline(self) -> Headline | None:
        """What these verdicts come to; `null` in records of programs that did not tell."""
        return self._plain("headline")

    @property
    def interval_parts(self) -> tuple[IntervalPart, ...] | None:
        """What makes that range: the gap less the sum of the one side is the lower end, plus the sum of
        the other the upper.
        """
        return self._many("interval_parts", IntervalPart)

    @property
    def limited_by(self) -> Limit | None:
        """What limits the gap: `ends`, `missing_planes`, `voxels`, ..."""
        return self._plain("limited_by")

    @property
    def overlap_cc(self) -> float | None:
        """Overlap volume, cc."""
        return self._plain("overlap_cc")

    @property
    def pair(self) -> PairKind:
        """Which pair."""
        return self._plain("pair")

    @property
    def profile(self) -> Profile | None:
        """The gap plane by plane and by sector."""
        return self._one("profile", Profile)

    @property
    def verdicts(self) -> tuple[ThresholdVerdict, ...]:
        """Verdict on each threshold."""
        return self._many("verdicts", ThresholdVerdict)

    @property
    def where(self) -> Where | None:
        """Where the gap is."""
        return self._one("where", Where)


class Parameters(Record):
    """Settings that a number depends on."""

    __slots__ = ()

    @property
    def assume_same_frame(self) -> bool:
        """True where the user asked to treat different frames of reference as the same."""
        return self._plain("assume_same_frame")

    @property
    def ends(self) -> EndRule:
        """End rule: `half_slice`, `plane` or `rounded`."""
        return self._plain("ends")

    @property
    def gap_tolerance_mm(self) -> float:
        """Accuracy of the refined gap on the interpolated solids, mm."""
        return self._plain("gap_tolerance_mm")


class PhaseRecord(Record):
    """Measurements of one phase."""

    __slots__ = ()

    @property
    def anatomy(self) -> Anatomy | None:
        """After a simulated separation, the scenario of cord and sac: `fixed`, `sac_reexpanded` or
        `cord_shift`.
        """
        return self._plain("anatomy")

    @property
    def approach(self) -> str | None:
        """Of a simulated separation, the name of the approach; `null` for real studies."""
        return self._plain("approach")

    @property
    def headline(self) -> Headline:
        """Worst verdict of this phase over all pairs that decide."""
        return self._plain("headline")

    @property
    def pairs(self) -> tuple[PairRecord, ...]:
        """All pairs."""
        return self._many("pairs", PairRecord)

    @property
    def phase(self) -> Phase:
        """Which anatomy was measured: `before`, `simulated` or `after`."""
        return self._plain("phase")

    @property
    def scenario(self) -> str | None:
        """Name of the simulated scenario, `null` for the anatomy as contoured."""
        return self._plain("scenario")


class Profile(Record):
    """The gap along and around the cord (`tumour-sac`: the sac)."""

    __slots__ = ()

    @property
    def planes(self) -> tuple[ProfilePlane, ...]:
        """By plane."""
        return self._many("planes", ProfilePlane)

    @property
    def reach_mm(self) -> float:
        """Distances up to this are listed, mm."""
        return self._plain("reach_mm")

    @property
    def sectors(self) -> tuple[ProfileSector, ...]:
        """By clock sector."""
        return self._many("sectors", ProfileSector)


class ProfilePlane(Record):
    """The gap on one plane."""

    __slots__ = ()

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower bound, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Gap, mm; `null` beyond the profile's reach."""
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper bound, mm."""
        return self._plain("gap_upper_mm")

    @property
    def plane_mm(self) -> float:
        """Position along the plane normal, mm."""
        return self._plain("plane_mm")


class ProfileSector(Record):
    """The gap in one sector."""

    __slots__ = ()

    @property
    def clock_deg_from(self) -> float:
        """From, degrees."""
        return self._plain("clock_deg_from")

    @property
    def clock_deg_to(self) -> float:
        """To, degrees."""
        return self._plain("clock_deg_to")

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower bound, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Gap, mm; `null` beyond the profile's reach."""
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper bound, mm."""
        return self._plain("gap_upper_mm")


class PrvEnd(Record):
    """The margin along the planes' normal at one end of the organ."""

    __slots__ = ()

    @property
    def end(self) -> StackEnd:
        """Which end."""
        return self._plain("end")

    @property
    def margin_lower_mm(self) -> float:
        """A slice less: both end somewhere before their next planes."""
        return self._plain("margin_lower_mm")

    @property
    def margin_mm(self) -> float:
        """From the organ's last plane to the PRV's, mm; negative where the organ is drawn further."""
        return self._plain("margin_mm")

    @property
    def margin_upper_mm(self) -> float:
        """A slice more."""
        return self._plain("margin_upper_mm")


class PrvFinding(Record):
    """A fault of a PRV."""

    __slots__ = ()

    @property
    def along(self) -> str | None:
        """The structure that it was cut along."""
        return self._plain("along")

    @property
    def at_mm(self) -> tuple[float, float, float] | None:
        """The place that shows it best, LPS mm."""
        return self._plain("at_mm")

    @property
    def end(self) -> StackEnd | None:
        """Which end, for a fault of one."""
        return self._plain("end")

    @property
    def everywhere(self) -> bool:
        """True where it is the whole PRV."""
        return self._plain("everywhere")

    @property
    def finding(self) -> PrvFault:
        """Which."""
        return self._plain("finding")

    @property
    def margin_lower_mm(self) -> float:
        """Its range by what the drawings leave open, mm."""
        return self._plain("margin_lower_mm")

    @property
    def margin_mm(self) -> float:
        """The margin that shows it, mm: at an end that along the planes' normal."""
        return self._plain("margin_mm")

    @property
    def margin_upper_mm(self) -> float:
        """See `margin_lower_mm`."""
        return self._plain("margin_upper_mm")

    @property
    def surface_mm2(self) -> float | None:
        """Surface of the PRV where it is, mm2; `null` at an end and for the whole."""
        return self._plain("surface_mm2")


class PrvMarginRecord(Record):
    """A margin of PRVs that the user stated."""

    __slots__ = ()

    @property
    def margin_mm(self) -> float:
        """The margin, mm."""
        return self._plain("margin_mm")

    @property
    def structure(self) -> str | None:
        """Name of the PRV; `null`: all that are not named."""
        return self._plain("structure")


class PrvPlane(Record):
    """Margins on one plane."""

    __slots__ = ()

    @property
    def largest_mm(self) -> float:
        """The largest, mm."""
        return self._plain("largest_mm")

    @property
    def least_mm(self) -> float:
        """The least, mm."""
        return self._plain("least_mm")

    @property
    def mean_mm(self) -> float:
        """The mean, mm."""
        return self._plain("mean_mm")

    @property
    def plane_mm(self) -> float:
        """Position along the normal, mm."""
        return self._plain("plane_mm")


class PrvRecord(Record):
    """A drawn PRV held against the exact expansion of its organ. Distances are those of the organ's
    surface that the drawn PRV leaves: its margin.
    """

    __slots__ = ()

    @property
    def best_fit_lower_mm(self) -> float | None:
        """Its range by what the drawings leave open, mm."""
        return self._plain("best_fit_lower_mm")

    @property
    def best_fit_mm(self) -> float | None:
        """The margin whose exact expansion fits best, mm; of a PRV made plane by plane, within the planes."""
        return self._plain("best_fit_mm")

    @property
    def best_fit_upper_mm(self) -> float | None:
        """See `best_fit_lower_mm`."""
        return self._plain("best_fit_upper_mm")

    @property
    def ends(self) -> tuple[PrvEnd, ...] | None:
        """The margins along the planes' normal at the two ends; empty where the planes of the two
        structures are not parallel.
        """
        return self._many("ends", PrvEnd)

    @property
    def expansion_from(self) -> ExpansionFrom | None:
        """What said so; `null` where nothing did."""
        return self._plain("expansion_from")

    @property
    def expansion_mm(self) -> float | None:
        """The margin that it should have, mm."""
        return self._plain("expansion_mm")

    @property
    def findings(self) -> tuple[PrvFinding, ...] | None:
        """What is wrong with it, what is too small first."""
        return self._many("findings", PrvFinding)

    @property
    def kind(self) -> PrvKind | None:
        """How it was made, as far as its shape tells."""
        return self._plain("kind")

    @property
    def largest_mm(self) -> float | None:
        """The largest margin, mm."""
        return self._plain("largest_mm")

    @property
    def least_clock_deg(self) -> float | None:
        """Where it is: clock position round the organ, degrees."""
        return self._plain("least_clock_deg")

    @property
    def least_lower_mm(self) -> float | None:
        """Its range by what the drawings leave open, mm."""
        return self._plain("least_lower_mm")

    @property
    def least_mm(self) -> float | None:
        """The least margin, mm; negative where the organ lies outside the PRV."""
        return self._plain("least_mm")

    @property
    def least_plane_mm(self) -> float | None:
        """Where it is: position along the PRV's planes, mm."""
        return self._plain("least_plane_mm")

    @property
    def least_upper_mm(self) -> float | None:
        """See `least_lower_mm`."""
        return self._plain("least_upper_mm")

    @property
    def mean_mm(self) -> float | None:
        """The mean margin, mm."""
        return self._plain("mean_mm")

    @property
    def not_covered_mm2(self) -> float | None:
        """The part of it beside which the PRV was not drawn at all, mm2."""
        return self._plain("not_covered_mm2")

    @property
    def of(self) -> str:
        """Name of its organ."""
        return self._plain("of")

    @property
    def planes(self) -> tuple[PrvPlane, ...] | None:
        """Plane by plane of the PRV, where it lies beside the organ."""
        return self._many("planes", PrvPlane)

    @property
    def reason(self) -> str | None:
        """Why there is no verdict or no figure."""
        return self._plain("reason")

    @property
    def sectors(self) -> tuple[PrvSector, ...] | None:
        """Clock sector by clock sector round the organ."""
        return self._many("sectors", PrvSector)

    @property
    def short_pct(self) -> float | None:
        """Its share of the organ's surface, %."""
        return self._plain("short_pct")

    @property
    def short_surface_mm2(self) -> float | None:
        """Surface of the organ whose margin is short by more than the tolerance and what the drawings
        leave open, mm2.
        """
        return self._plain("short_surface_mm2")

    @property
    def structure(self) -> str:
        """Name of the drawn PRV."""
        return self._plain("structure")

    @property
    def tolerance_mm(self) -> float | None:
        """A margin up to this far from it counts as that, mm."""
        return self._plain("tolerance_mm")

    @property
    def verdict(self) -> Verdict | None:
        """Whether it is what it should be."""
        return self._plain("verdict")


class PrvSector(Record):
    """Margins in one clock sector; `null` where none is known."""

    __slots__ = ()

    @property
    def clock_deg_from(self) -> float:
        """Where it begins, degrees clockwise from anterior."""
        return self._plain("clock_deg_from")

    @property
    def clock_deg_to(self) -> float:
        """Where it ends, degrees."""
        return self._plain("clock_deg_to")

    @property
    def largest_mm(self) -> float | None:
        """The largest, mm."""
        return self._plain("largest_mm")

    @property
    def least_mm(self) -> float | None:
        """The least, mm."""
        return self._plain("least_mm")

    @property
    def mean_mm(self) -> float | None:
        """The mean, mm."""
        return self._plain("mean_mm")


class RegistrationRecord(Record):
    """How a structure was moved to the frame of reference of the others."""

    __slots__ = ()

    @property
    def from_frame_uid(self) -> str:
        """Frame of Reference UID that it was drawn in."""
        return self._plain("from_frame_uid")

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float, float, float, float, float, float, float, float, float, float, float]:
        """The transform from that frame as a homogeneous matrix, row by row, mm."""
        return self._plain("matrix")

    @property
    def steps(self) -> tuple[RegistrationStep, ...]:
        """The registrations, in the order of their use."""
        return self._many("steps", RegistrationStep)


class RegistrationStep(Record):
    """One registration."""

    __slots__ = ()

    @property
    def from_frame_uid(self) -> str:
        """Frame of Reference UID before it."""
        return self._plain("from_frame_uid")

    @property
    def inverse(self) -> bool:
        """True where its matrix was inverted."""
        return self._plain("inverse")

    @property
    def registration_uid(self) -> str:
        """SOP Instance UID of the registration."""
        return self._plain("registration_uid")

    @property
    def to_frame_uid(self) -> str:
        """Frame of Reference UID after it."""
        return self._plain("to_frame_uid")


class RepairReport(Record):
    """Repaired defects of contours, counted. Those that lose something also give a warning."""

    __slots__ = ()

    @property
    def crossings(self) -> int:
        """Places where edges cross."""
        return self._plain("crossings")

    @property
    def degenerate(self) -> int:
        """Rings of fewer than three different points, or without area: left out."""
        return self._plain("degenerate")

    @property
    def duplicate_rings(self) -> int:
        """Rings drawn twice on a plane: counted once."""
        return self._plain("duplicate_rings")

    @property
    def keyholes(self) -> int:
        """Keyhole bridges opened."""
        return self._plain("keyholes")

    @property
    def merged_planes(self) -> int | None:
        """Planes merged with another."""
        return self._plain("merged_planes")

    @property
    def near_copies(self) -> int | None:
        """Rings that lie along a larger one within 0.2 mm all round: left out."""
        return self._plain("near_copies")

    @property
    def repeated_points(self) -> int:
        """Points that repeat their neighbour, and explicit closing points."""
        return self._plain("repeated_points")


class ResolutionRecord(Record):
    """What a structure's own points or pixels show of its resolution."""

    __slots__ = ()

    @property
    def drawn_as(self) -> DrawnAs:
        """`contours`, `traced` (round the pixels of a mask, which is measured), `mask` or `computed`."""
        return self._plain("drawn_as")

    @property
    def pixel_mm(self) -> tuple[float, float] | None:
        """Pixel spacings of a mask or of a traced mask, mm."""
        return self._plain("pixel_mm")

    @property
    def point_spacing_mm(self) -> float | None:
        """Median distance of neighbouring points, mm."""
        return self._plain("point_spacing_mm")

    @property
    def quantum_mm(self) -> float | None:
        """What all coordinates within the planes are multiples of, mm; `null` where nothing down to 0.0001
        mm is.
        """
        return self._plain("quantum_mm")

    @property
    def tracing(self) -> Tracing | None:
        """Of traced contours, where their points lie: `pixel_edges`, `half_way` (between centres) or
        `pixel_centres` (half a pixel short, which is put back).
        """
        return self._plain("tracing")


class Sensitivity(Record):
    """The probabilities where contouring displaces surfaces from place to place with this correlation
    length.
    """

    __slots__ = ()

    @property
    def correlation_mm(self) -> float:
        """Correlation length, mm."""
        return self._plain("correlation_mm")

    @property
    def median_mm(self) -> float:
        """Median, mm."""
        return self._plain("median_mm")

    @property
    def probability(self) -> tuple[ThresholdProbability, ...]:
        """Probability that the gap reaches each threshold."""
        return self._many("probability", ThresholdProbability)


class Separation(Record):
    """A simulated separation: removal of tumour near the reference, by one approach or several."""

    __slots__ = ()

    @property
    def amount_mm(self) -> float:
        """Resection depth: tumour within this distance of the reference is to be removed, mm."""
        return self._plain("amount_mm")

    @property
    def anatomies(self) -> tuple[AnatomyRecord, ...]:
        """All scenarios of cord and sac that were asked for and possible."""
        return self._many("anatomies", AnatomyRecord)

    @property
    def anatomy(self) -> Anatomy:
        """What became of cord and sac in the runs that the sweep goes on from: `fixed`."""
        return self._plain("anatomy")

    @property
    def bone(self) -> tuple[str, ...]:
        """Bone that counts as removed where it stands in the way; empty where none is given, and the way
        is then free.
        """
        return self._plain("bone")

    @property
    def centreline(self) -> str:
        """The structure whose centreline gives the directions."""
        return self._plain("centreline")

    @property
    def grid_mm(self) -> float:
        """Spacing of the grid that removal is computed on, mm."""
        return self._plain("grid_mm")

    @property
    def keep_out(self) -> tuple[str, ...]:
        """Structures that instruments must not enter, in addition to cord and sac."""
        return self._plain("keep_out")

    @property
    def least(self) -> tuple[LeastRow, ...]:
        """The smallest depth that reaches each threshold of the tumour-cord gap, the best approach first."""
        return self._many("least", LeastRow)

    @property
    def levels_mm(self) -> tuple[float, float] | None:
        """Levels of the removal, along the planes of the reference, mm; `null` for all."""
        return self._plain("levels_mm")

    @property
    def reference(self) -> str:
        """The reference of the resection."""
        return self._plain("reference")

    @property
    def reference_role(self) -> Role:
        """Its role: `thecal_sac` or `cord`."""
        return self._plain("reference_role")

    @property
    def runs(self) -> tuple[SeparationRun, ...]:
        """One for each approach and tumour."""
        return self._many("runs", SeparationRun)

    @property
    def sweep(self) -> tuple[SweepRow, ...]:
        """Gap and removed volume for a range of amounts, where it was asked for."""
        return self._many("sweep", SweepRow)


class SeparationRun(Record):
    """One approach to one tumour."""

    __slots__ = ()

    @property
    def anatomy(self) -> Anatomy:
        """What became of cord and sac: `fixed`, `sac_reexpanded` or `cord_shift`."""
        return self._plain("anatomy")

    @property
    def approach(self) -> ApproachRecord:
        """What the approach is."""
        return self._one("approach", ApproachRecord)

    @property
    def approach_name(self) -> str | None:
        """Name of the approach."""
        return self._plain("approach_name")

    @property
    def bone_removed_cc(self) -> float | None:
        """Contoured bone removed for access, cc (`corpectomy`: the whole body); `null` where no bone is
        drawn, or for the ideal approach.
        """
        return self._plain("bone_removed_cc")

    @property
    def changes(self) -> tuple[GapChange, ...]:
        """Before and after, pair by pair."""
        return self._many("changes", GapChange)

    @property
    def detached(self) -> int:
        """Pieces that were part of a larger one before."""
        return self._plain("detached")

    @property
    def pieces_cc(self) -> tuple[float, ...]:
        """Pieces of the residual, cc, largest first."""
        return self._plain("pieces_cc")

    @property
    def removed_cc(self) -> float:
        """Removed tumour, cc."""
        return self._plain("removed_cc")

    @property
    def residual_cc(self) -> float:
        """Residual tumour, cc."""
        return self._plain("residual_cc")

    @property
    def scenario(self) -> str:
        """The scenario of the phase `after`: the name of the approach, and `/` and the anatomy where that
        is not `fixed`.
        """
        return self._plain("scenario")

    @property
    def shadow(self) -> ShadowRecord:
        """Tumour within the resection depth that the approach cannot reach."""
        return self._one("shadow", ShadowRecord)

    @property
    def tumour(self) -> str:
        """The tumour."""
        return self._plain("tumour")


class SeparationSettings(Record):
    """A separation as it was asked for."""

    __slots__ = ()

    @property
    def amount_mm(self) -> float:
        """Resection depth: tumour within this distance of the reference is to be removed, mm."""
        return self._plain("amount_mm")

    @property
    def anatomies(self) -> tuple[AnatomySettings, ...]:
        """Scenarios of cord and sac, in addition to `fixed`, which is always included."""
        return self._many("anatomies", AnatomySettings)

    @property
    def approaches(self) -> tuple[NamedApproach, ...]:
        """The approaches, in the order of the report."""
        return self._many("approaches", NamedApproach)

    @property
    def grid_mm(self) -> float:
        """Spacing of the grid that removal is computed on, mm."""
        return self._plain("grid_mm")

    @property
    def keep_out(self) -> tuple[str, ...]:
        """Names of structures that instruments must not enter."""
        return self._plain("keep_out")

    @property
    def levels_mm(self) -> tuple[float, float] | None:
        """Levels of the removal, along the planes of the reference, mm; `null` for all."""
        return self._plain("levels_mm")

    @property
    def reference(self) -> Role | None:
        """Reference of the resection: `cord` or `thecal_sac`; `null`: the sac, or the cord where there is
        no sac.
        """
        return self._plain("reference")

    @property
    def sweep(self) -> bool:
        """Whether a range of amounts was asked for."""
        return self._plain("sweep")


class SettingsRecord(Record):
    """What was asked for. Names of structures stand as the record has them, also where a file was asked
    for by its own name.
    """

    __slots__ = ()

    @property
    def aliases(self) -> tuple[AliasRecord, ...]:
        """The user's own names, in the order in which they are tried."""
        return self._many("aliases", AliasRecord)

    @property
    def assume_same_frame(self) -> bool:
        """Whether structures of different frames of reference may be measured as if they were in one."""
        return self._plain("assume_same_frame")

    @property
    def config_sha256(self) -> str | None:
        """SHA-256 of the file that gave defaults for these settings; `null` where there was none."""
        return self._plain("config_sha256")

    @property
    def cord(self) -> str | None:
        """Name of the cord; `null`: by role."""
        return self._plain("cord")

    @property
    def ctvs(self) -> tuple[str, ...]:
        """Names of the clinical target volumes of the target rule; empty: by role."""
        return self._plain("ctvs")

    @property
    def dose(self) -> DoseSettingsRecord | None:
        """Figures of dose that were asked for; `null`: doses were left alone."""
        return self._one("dose", DoseSettingsRecord)

    @property
    def ends(self) -> EndRule:
        """Where contoured solids end."""
        return self._plain("ends")

    @property
    def labels(self) -> LabelTableRecord | None:
        """The table of names for labels of masks; `null`: the names that the files give."""
        return self._one("labels", LabelTableRecord)

    @property
    def prv_margins(self) -> tuple[PrvMarginRecord, ...] | None:
        """Margins of PRVs that the user stated."""
        return self._many("prv_margins", PrvMarginRecord)

    @property
    def sac(self) -> str | None:
        """Name of the thecal sac; `null`: by role."""
        return self._plain("sac")

    @property
    def separation(self) -> SeparationSettings | None:
        """The separation to simulate."""
        return self._one("separation", SeparationSettings)

    @property
    def structures_after_sha256(self) -> tuple[str, ...] | None:
        """The same of the study after in a comparison."""
        return self._plain("structures_after_sha256")

    @property
    def structures_sha256(self) -> tuple[str, ...]:
        """SHA-256 of the files of structures that were asked for; empty: the only one there."""
        return self._plain("structures_sha256")

    @property
    def thresholds(self) -> ThresholdsRecord:
        """Thresholds of the verdicts."""
        return self._one("thresholds", ThresholdsRecord)

    @property
    def tumours(self) -> tuple[str, ...]:
        """Names of the tumours; empty: by role."""
        return self._plain("tumours")

    @property
    def uncertainty(self) -> UncertaintySettingsRecord | None:
        """Uncertainty that was asked for; `null`: none."""
        return self._one("uncertainty", UncertaintySettingsRecord)


class ShadowRecord(Record):
    """Tumour that cannot be reached."""

    __slots__ = ()

    @property
    def nearest_clock_deg(self) -> float | None:
        """Clock position of that place, degrees."""
        return self._plain("nearest_clock_deg")

    @property
    def nearest_mm(self) -> tuple[float, float, float] | None:
        """Its place nearest to the reference, LPS mm."""
        return self._plain("nearest_mm")

    @property
    def sectors_cc(self) -> tuple[float, ...]:
        """Its volume in twelve clock sectors from anterior, cc."""
        return self._plain("sectors_cc")

    @property
    def volume_cc(self) -> float:
        """Its volume, cc."""
        return self._plain("volume_cc")


class StructureRecord(Record):
    """One structure."""

    __slots__ = ()

    @property
    def cleaning(self) -> RepairReport:
        """The repairs of the contours."""
        return self._one("cleaning", RepairReport)

    @property
    def drawn_by_algorithm(self) -> str | None:
        """The program that drew it, where its source says that an algorithm did; `null` where nothing says
        so. A verdict on such a structure is advisory until somebody has checked it.
        """
        return self._plain("drawn_by_algorithm")

    @property
    def frame_of_reference_uid(self) -> str | None:
        """Frame of Reference UID of its coordinates."""
        return self._plain("frame_of_reference_uid")

    @property
    def missing_planes_mm(self) -> tuple[float, ...]:
        """Positions of planes that were missing and are interpolated, along the normal, mm."""
        return self._plain("missing_planes_mm")

    @property
    def name(self) -> str:
        """Name as in the input."""
        return self._plain("name")

    @property
    def plane_spacing_mm(self) -> float | None:
        """Distance between planes, mm."""
        return self._plain("plane_spacing_mm")

    @property
    def planes(self) -> int | None:
        """Number of contour planes."""
        return self._plain("planes")

    @property
    def registration(self) -> RegistrationRecord | None:
        """How it came there from another frame of reference; `null` where it was in it."""
        return self._one("registration", RegistrationRecord)

    @property
    def resolution(self) -> ResolutionRecord | None:
        """What its points or pixels show of its resolution."""
        return self._one("resolution", ResolutionRecord)

    @property
    def role(self) -> Role:
        """Role, as `cord` or `thecal_sac`."""
        return self._plain("role")

    @property
    def role_from(self) -> RoleSource:
        """Where the role comes from: `name`, `alias`, `interpreted_type`, `user`."""
        return self._plain("role_from")

    @property
    def section_mm2(self) -> float | None:
        """Median area of a plane, mm2."""
        return self._plain("section_mm2")

    @property
    def source(self) -> str:
        """Where the structure comes from."""
        return self._plain("source")

    @property
    def volume_cc(self) -> float | None:
        """Volume, cc: area times the slab that each plane stands for."""
        return self._plain("volume_cc")

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """Warnings of this structure."""
        return self._many("warnings", WarningRecord)


class SurfaceRow(Record):
    """The surface of simulated residual tumour against that of the real one."""

    __slots__ = ()

    @property
    def max_mm(self) -> float | None:
        """Largest distance, mm."""
        return self._plain("max_mm")

    @property
    def mean_mm(self) -> float | None:
        """Mean distance, both ways, mm; `null` where nothing is left of one of them."""
        return self._plain("mean_mm")

    @property
    def p95_mm(self) -> float | None:
        """95 % of both surfaces lie within this of the other, mm."""
        return self._plain("p95_mm")

    @property
    def real_cc(self) -> float:
        """Real residual tumour, cc."""
        return self._plain("real_cc")

    @property
    def scenario(self) -> str:
        """The approach."""
        return self._plain("scenario")

    @property
    def signed_mean_mm(self) -> float | None:
        """Mean of the simulated surface's signed distance to the real tumour, mm: positive where the
        simulation leaves more than the operation did.
        """
        return self._plain("signed_mean_mm")

    @property
    def simulated_cc(self) -> float:
        """Simulated residual tumour, cc."""
        return self._plain("simulated_cc")


class SweepRow(Record):
    """One amount of a sweep."""

    __slots__ = ()

    @property
    def amount_mm(self) -> float:
        """Amount, mm."""
        return self._plain("amount_mm")

    @property
    def gap_lower_mm(self) -> float | None:
        """Lower end of its interval, mm."""
        return self._plain("gap_lower_mm")

    @property
    def gap_mm(self) -> float | None:
        """Tumour-cord gap after, mm (without a cord: tumour-sac); `null` where nothing is left."""
        return self._plain("gap_mm")

    @property
    def gap_upper_mm(self) -> float | None:
        """Upper end of its interval, mm."""
        return self._plain("gap_upper_mm")

    @property
    def headline(self) -> Headline:
        """Headline of this gap."""
        return self._plain("headline")

    @property
    def removed_cc(self) -> float:
        """Removed tumour, cc."""
        return self._plain("removed_cc")

    @property
    def scenario(self) -> str:
        """Name of the approach."""
        return self._plain("scenario")

    @property
    def shadow_cc(self) -> float:
        """Tumour within the resection depth that cannot be reached, cc."""
        return self._plain("shadow_cc")

    @property
    def tumour(self) -> str:
        """The tumour."""
        return self._plain("tumour")


class TargetRule(Record):
    """The extent that a target after an operation must include, whatever was removed: the whole bony and
    epidural extent before it (Redmond et al. 2017, doi 10.1016/j.ijrobp.2016.09.014).
    """

    __slots__ = ()

    @property
    def extents(self) -> tuple[ExtentRecord, ...]:
        """The epidural extent of each tumour before the operation."""
        return self._many("extents", ExtentRecord)

    @property
    def left_out(self) -> tuple[LeftOutRecord, ...]:
        """The part of it that each target leaves out."""
        return self._many("left_out", LeftOutRecord)

    @property
    def source(self) -> str:
        """The rule's source."""
        return self._plain("source")


class ThresholdProbability(Record):
    """The probability that a gap reaches a threshold."""

    __slots__ = ()

    @property
    def gap_needed_mm(self) -> float | None:
        """The gap as drawn that would reach the threshold with a probability of 95 %, mm."""
        return self._plain("gap_needed_mm")

    @property
    def p(self) -> float:
        """Probability, 0 to 1."""
        return self._plain("p")

    @property
    def p_lower(self) -> float | None:
        """Probability for the lower end of what the drawing leaves open; `null` where it was not asked."""
        return self._plain("p_lower")

    @property
    def p_upper(self) -> float | None:
        """Probability for the upper end."""
        return self._plain("p_upper")

    @property
    def standard_error(self) -> float:
        """Its Monte Carlo standard error."""
        return self._plain("standard_error")

    @property
    def threshold_mm(self) -> float:
        """Threshold, mm. No tolerance is given."""
        return self._plain("threshold_mm")


class ThresholdVerdict(Record):
    """Verdict on a threshold."""

    __slots__ = ()

    @property
    def by_tolerance(self) -> bool | None:
        """True where the verdict would be another without the tolerance."""
        return self._plain("by_tolerance")

    @property
    def threshold_mm(self) -> float:
        """Threshold, mm."""
        return self._plain("threshold_mm")

    @property
    def verdict(self) -> Verdict | None:
        """Verdict; `null` where there is no gap to judge."""
        return self._plain("verdict")


class ThresholdsRecord(Record):
    """Thresholds pair by pair, ascending."""

    __slots__ = ()

    @property
    def cord_sac_mm(self) -> tuple[float, ...]:
        """Of the cord-sac gap, mm."""
        return self._plain("cord_sac_mm")

    @property
    def set(self) -> tuple[PairKind, ...]:
        """The pairs that they were set for by themselves, whose verdicts are part of the headline."""
        return self._plain("set")

    @property
    def tolerance_mm(self) -> float:
        """A gap up to this far below a threshold counts as reaching it, mm."""
        return self._plain("tolerance_mm")

    @property
    def tumour_cord_mm(self) -> tuple[float, ...]:
        """Of the tumour-cord gap, mm."""
        return self._plain("tumour_cord_mm")

    @property
    def tumour_sac_mm(self) -> tuple[float, ...]:
        """Of the tumour-sac gap, mm."""
        return self._plain("tumour_sac_mm")


class Tool(Record):
    """A program and its version."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """Name."""
        return self._plain("name")

    @property
    def version(self) -> str:
        """Version."""
        return self._plain("version")


class TubeRecord(Record):
    """A tube."""

    __slots__ = ()

    @property
    def clock_deg(self) -> float:
        """Direction that it comes from, degrees."""
        return self._plain("clock_deg")

    @property
    def diameter_mm(self) -> float:
        """Inner diameter, mm."""
        return self._plain("diameter_mm")

    @property
    def level_mm(self) -> float:
        """Where along the centreline it points, mm from the middle of the tumour."""
        return self._plain("level_mm")

    @property
    def offset_mm(self) -> float:
        """Distance of its axis from the centreline, mm."""
        return self._plain("offset_mm")


class UncertainDose(Record):
    """What structures receive when they move in a dose that stays where it was planned."""

    __slots__ = ()

    @property
    def assumption(self) -> str:
        """What is assumed."""
        return self._plain("assumption")

    @property
    def figures(self) -> tuple[UncertainFigure, ...]:
        """Figures of structures."""
        return self._many("figures", UncertainFigure)

    @property
    def fractions(self) -> int:
        """Number of fractions."""
        return self._plain("fractions")

    @property
    def limits(self) -> tuple[UncertainLimit, ...]:
        """Limits on these figures."""
        return self._many("limits", UncertainLimit)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why there are no figures of other structures."""
        return self._plain("reasons")


class UncertainFigure(Record):
    """The distribution of a figure."""

    __slots__ = ()

    @property
    def median(self) -> float:
        """Median."""
        return self._plain("median")

    @property
    def metric(self) -> str:
        """The figure."""
        return self._plain("metric")

    @property
    def nominal(self) -> float:
        """As planned."""
        return self._plain("nominal")

    @property
    def p05(self) -> float:
        """5 % lie below it."""
        return self._plain("p05")

    @property
    def p95(self) -> float:
        """95 % lie below it."""
        return self._plain("p95")

    @property
    def samples(self) -> int:
        """Number of samples."""
        return self._plain("samples")

    @property
    def structure(self) -> str:
        """Name of the structure."""
        return self._plain("structure")

    @property
    def unit(self) -> str:
        """Its unit."""
        return self._plain("unit")


class UncertainLimit(Record):
    """The probability that a limit is held."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Name of the row."""
        return self._plain("id")

    @property
    def limit_gy(self) -> float:
        """The limit of the whole course, Gy."""
        return self._plain("limit_gy")

    @property
    def median_gy(self) -> float:
        """Median, Gy."""
        return self._plain("median_gy")

    @property
    def metric(self) -> str:
        """The figure that is limited."""
        return self._plain("metric")

    @property
    def nominal_gy(self) -> float:
        """The figure as planned, Gy."""
        return self._plain("nominal_gy")

    @property
    def p(self) -> float:
        """Probability that the limit is held, 0 to 1."""
        return self._plain("p")

    @property
    def p05_gy(self) -> float:
        """5 % lie below it, Gy."""
        return self._plain("p05_gy")

    @property
    def p95_gy(self) -> float:
        """95 % lie below it, Gy."""
        return self._plain("p95_gy")

    @property
    def standard_error(self) -> float:
        """Its Monte Carlo standard error."""
        return self._plain("standard_error")

    @property
    def structure(self) -> str:
        """Name of the structure."""
        return self._plain("structure")


class UncertaintyRecord(Record):
    """How sure the gaps are. A PRV is looked at wherever one is drawn; the rest is there where sources of
    uncertainty were given.
    """

    __slots__ = ()

    @property
    def dose(self) -> UncertainDose | None:
        """What structures receive when they move in the dose; `null` where there is no dose."""
        return self._one("dose", UncertainDose)

    @property
    def pairs(self) -> tuple[PairProbability, ...]:
        """The pairs of the anatomy as contoured, then those of the simulated phases."""
        return self._many("pairs", PairProbability)

    @property
    def preset(self) -> str | None:
        """Name of the set of sources that is built in; `null` where they came from a file."""
        return self._plain("preset")

    @property
    def prv(self) -> tuple[PrvRecord, ...]:
        """Drawn PRVs against exact expansions."""
        return self._many("prv", PrvRecord)

    @property
    def samples(self) -> int | None:
        """Number of samples; `null` where no sources were given."""
        return self._plain("samples")

    @property
    def seed(self) -> int | None:
        """What the samples are made from: the same seed gives the same samples."""
        return self._plain("seed")

    @property
    def sources(self) -> tuple[UncertaintySource, ...]:
        """The sources, each independent of the others."""
        return self._many("sources", UncertaintySource)


class UncertaintySettingsRecord(Record):
    """Uncertainty as it was asked for."""

    __slots__ = ()

    @property
    def preset(self) -> str | None:
        """Name of the set of sources that is built in; `null` where they came from a file."""
        return self._plain("preset")

    @property
    def samples(self) -> int:
        """Number of samples."""
        return self._plain("samples")

    @property
    def seed(self) -> int:
        """What the samples are made from."""
        return self._plain("seed")

    @property
    def sources(self) -> tuple[UncertaintySource, ...]:
        """The sources."""
        return self._many("sources", UncertaintySource)


class UncertaintySource(Record):
    """A source of uncertainty: normal distributions about nothing, whose SDs are these."""

    __slots__ = ()

    @property
    def kind(self) -> UncertaintyKind:
        """What makes it move."""
        return self._plain("kind")

    @property
    def name(self) -> str:
        """What it is."""
        return self._plain("name")

    @property
    def offset_sd_mm(self) -> float:
        """The whole surface outwards, mm."""
        return self._plain("offset_sd_mm")

    @property
    def part(self) -> UncertaintyPart:
        """How often it takes a new value."""
        return self._plain("part")

    @property
    def reference(self) -> str:
        """Where the figures come from."""
        return self._plain("reference")

    @property
    def rotation_sd_deg(self) -> tuple[float, float, float]:
        """About these axes through the middle of the closest segment, degrees."""
        return self._plain("rotation_sd_deg")

    @property
    def shift_sd_mm(self) -> tuple[float, float, float]:
        """Towards the patient's left, back and head, mm."""
        return self._plain("shift_sd_mm")

    @property
    def structure(self) -> UncertainStructure:
        """What moves."""
        return self._plain("structure")


class WarningRecord(Record):
    """A warning."""

    __slots__ = ()

    @property
    def code(self) -> str:
        """Stable code, see `docs/warnings.md`."""
        return self._plain("code")

    @property
    def message(self) -> str:
        """For a person."""
        return self._plain("message")

    @property
    def where(self) -> str:
        """Where; empty where it concerns the whole."""
        return self._plain("where")


class Where(Record):
    """Where a gap is."""

    __slots__ = ()

    @property
    def clock_deg(self) -> float | None:
        """Degrees clockwise seen from below, 0 anterior, 90 patient left."""
        return self._plain("clock_deg")

    @property
    def level(self) -> str | None:
        """Vertebral level."""
        return self._plain("level")

    @property
    def plane_mm(self) -> float | None:
        """Position along the plane normal, mm."""
        return self._plain("plane_mm")


class DoseReport(Document):
    """The whole output of `thecal dvh`."""

    __slots__ = ()

    @property
    def dose(self) -> DoseRecord:
        """The dose and what structures receive of it."""
        return self._one("dose", DoseRecord)

    @property
    def schema_version(self) -> str:
        """Version of this format, that of the report."""
        return self._plain("schema_version")

    @property
    def space(self) -> str:
        """Coordinate space: always `LPS`."""
        return self._plain("space")

    @property
    def tool(self) -> Tool:
        """The program that wrote it."""
        return self._one("tool", Tool)

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was dropped, repaired or doubted."""
        return self._many("warnings", WarningRecord)


class ExplainReport(Document):
    """The whole output of `thecal explain`."""

    __slots__ = ()

    @property
    def grid(self) -> ExplainGrid | None:
        """The grid that masks are made on; `null` where there is none, which a warning tells of."""
        return self._one("grid", ExplainGrid)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What was read."""
        return self._many("inputs", Input)

    @property
    def pairs(self) -> tuple[ExplainPair, ...]:
        """Gaps, pair by pair."""
        return self._many("pairs", ExplainPair)

    @property
    def parameters(self) -> Parameters:
        """Settings that our own figures depend on."""
        return self._one("parameters", Parameters)

    @property
    def schema_version(self) -> str:
        """Version of this format, that of the report."""
        return self._plain("schema_version")

    @property
    def space(self) -> str:
        """Coordinate space: always `LPS`."""
        return self._plain("space")

    @property
    def structures(self) -> tuple[ExplainStructure, ...]:
        """Volumes and doses, structure by structure."""
        return self._many("structures", ExplainStructure)

    @property
    def tool(self) -> Tool:
        """The program that wrote it."""
        return self._one("tool", Tool)

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was dropped, repaired or doubted."""
        return self._many("warnings", WarningRecord)


class Info(Document):
    """What is in a folder. Holds no patient identity."""

    __slots__ = ()

    @property
    def can_be_checked(self) -> bool:
        """True where `check` needs no further word."""
        return self._plain("can_be_checked")

    @property
    def copies(self) -> tuple[InfoCopy, ...]:
        """Files that hold the same object as another, which is taken instead."""
        return self._many("copies", InfoCopy)

    @property
    def doses(self) -> tuple[InfoDose, ...]:
        """Doses."""
        return self._many("doses", InfoDose)

    @property
    def frames(self) -> tuple[InfoFrame, ...]:
        """Frames of reference with what lies in them."""
        return self._many("frames", InfoFrame)

    @property
    def obstacles(self) -> tuple[str, ...]:
        """What stands in the way of a check."""
        return self._plain("obstacles")

    @property
    def other_files(self) -> int:
        """Files that are no DICOM."""
        return self._plain("other_files")

    @property
    def patients(self) -> int:
        """How many patients the files belong to."""
        return self._plain("patients")

    @property
    def plans(self) -> tuple[InfoPlan, ...]:
        """Plans."""
        return self._many("plans", InfoPlan)

    @property
    def references(self) -> tuple[InfoReference, ...]:
        """What refers to what, and how much of it is here."""
        return self._many("references", InfoReference)

    @property
    def registrations(self) -> tuple[InfoRegistration, ...]:
        """Registrations between frames of reference, one for each registered frame."""
        return self._many("registrations", InfoRegistration)

    @property
    def registrations_unusable(self) -> tuple[str, ...]:
        """Registrations that cannot be used, with the reason."""
        return self._plain("registrations_unusable")

    @property
    def schema_version(self) -> str:
        """Version of this format."""
        return self._plain("schema_version")

    @property
    def series(self) -> tuple[InfoSeries, ...]:
        """Series, in the order of their first files."""
        return self._many("series", InfoSeries)

    @property
    def structure_sets(self) -> tuple[InfoSet, ...]:
        """Structure sets."""
        return self._many("structure_sets", InfoSet)

    @property
    def tool(self) -> Tool:
        """The program that wrote it."""
        return self._one("tool", Tool)

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was passed over or doubted."""
        return self._many("warnings", WarningRecord)


class Report(Document):
    """The whole report."""

    __slots__ = ()

    @property
    def comparison(self) -> Comparison | None:
        """Two real studies side by side, where two were compared."""
        return self._one("comparison", Comparison)

    @property
    def dose(self) -> DoseRecord | None:
        """What structures receive of the study's dose; `null` where there is none or it was not looked at."""
        return self._one("dose", DoseRecord)

    @property
    def headline(self) -> Headline:
        """The worst headline of the anatomy as contoured, whatever was simulated; of two studies, that of
        the study after the operation.
        """
        return self._plain("headline")

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What was read."""
        return self._many("inputs", Input)

    @property
    def parameters(self) -> Parameters:
        """Settings that a number depends on."""
        return self._one("parameters", Parameters)

    @property
    def phases(self) -> tuple[PhaseRecord, ...]:
        """Measurements by phase."""
        return self._many("phases", PhaseRecord)

    @property
    def schema_version(self) -> str:
        """Version of this format."""
        return self._plain("schema_version")

    @property
    def separation(self) -> Separation | None:
        """The simulated separation, where one was asked for."""
        return self._one("separation", Separation)

    @property
    def settings(self) -> SettingsRecord | None:
        """All settings of the run; `null` in records of versions that did not keep it, which cannot be
        drawn again from their study.
        """
        return self._one("settings", SettingsRecord)

    @property
    def simulated_headline(self) -> Headline | None:
        """The worst headline of the simulated separations; `null` where none was simulated."""
        return self._plain("simulated_headline")

    @property
    def space(self) -> str:
        """Coordinate space: always `LPS`."""
        return self._plain("space")

    @property
    def structures(self) -> tuple[StructureRecord, ...]:
        """What was found in it."""
        return self._many("structures", StructureRecord)

    @property
    def target(self) -> TargetRule | None:
        """The target rule after an operation, where a separation or an operation is looked at."""
        return self._one("target", TargetRule)

    @property
    def thresholds_mm(self) -> tuple[float, ...]:
        """Thresholds of the verdicts, mm, ascending."""
        return self._plain("thresholds_mm")

    @property
    def tolerance_mm(self) -> float | None:
        """A gap up to this far below a threshold counts as reaching it, mm."""
        return self._plain("tolerance_mm")

    @property
    def tool(self) -> Tool:
        """The program that wrote it."""
        return self._one("tool", Tool)

    @property
    def uncertainty(self) -> UncertaintyRecord | None:
        """How sure the gaps are; `null` where it was not asked and no PRV is drawn."""
        return self._one("uncertainty", UncertaintyRecord)

    @property
    def warnings(self) -> tuple[WarningRecord, ...]:
        """What was dropped, repaired or doubtful."""
        return self._many("warnings", WarningRecord)
