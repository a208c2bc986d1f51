"""The types of settings. Written by ``tools/generate.py`` from the options of the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict, Union

Path = Union[str, "os.PathLike[str]"]


class CheckSettings(TypedDict, total=False):
    """Options of ``thecal check``."""

    #: Folder for report.html, pictures, report.json, gaps.csv, profile.csv, structures.dcm, segmentation.dcm,
    #: meshes and structures.json; files of an earlier result are removed
    out: Path

    #: Label of the study on the page, at its head and on the sign-off sheet. It may name a patient and appears
    #: nowhere else
    label: str

    #: Planes of the written contours. auto: those of the source, and more between them for residual and
    #: removed part where the gap would change otherwise; source: those of the source only, for planning
    #: systems that accept no others; MM: more planes between them for every computed structure, at most this
    #: far apart [default: auto]
    contour_step: str

    #: Largest number of triangles of a mesh [default: 15000]
    triangles: int

    #: Formats of the meshes [default: stl,ply,obj,glb]
    mesh_format: Literal["stl", "ply", "obj", "glb"] | Sequence[Literal["stl", "ply", "obj", "glb"]]

    #: Structure to take as tumour; repeat for several
    tumour: str | Sequence[str]

    #: Structure to take as spinal cord
    cord: str

    #: Structure to take as thecal sac
    sac: str

    #: Custom structure names (TOML, see docs/roles.md)
    aliases: Path

    #: Names of the labels of mask files: totalsegmentator, totalsegmentator_v1, totalsegmentator_mr,
    #: totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or spineps), verse, sct_levels, or a file
    #: (JSON, CSV, TSV). Default: a file beside the mask, or its header
    labels: str

    #: Where a contoured solid ends past its last plane [default: half_slice]
    ends: Literal["half_slice", "plane", "rounded"]

    #: Measure between structures of different frames of reference as if they were one; every output is marked
    assume_same_frame: bool

    #: Threshold in mm, or PAIR=MM for one pair (tumour-cord, tumour-sac, cord-sac); repeat for several;
    #: default 2 and 3
    threshold: float | str | Sequence[float | str] | Mapping[str, float | Sequence[float]]

    #: A gap up to this far below a threshold counts as reaching it, mm [default: 0.1]
    tolerance: float

    #: Simulate a separation by these approaches (built in: ideal, laminectomy, transpedicular_left,
    #: transpedicular_right, transpedicular_bilateral, lateral_extracavitary_left, lateral_extracavitary_right,
    #: anterior, and corpectomy for comparison; or all)
    separate: str | Sequence[str]

    #: Remove tumour within this distance of the reference, mm [default: 3]
    amount: float

    #: Reference of the resection. Default: the sac, or the cord where there is no sac
    reference: Literal["thecal_sac", "cord"]

    #: Custom approaches (TOML, see docs/separation.md)
    approaches: Path

    #: Structure that instruments must not enter; repeat for several
    keep_out: str | Sequence[str]

    #: Remove tumour only between these levels along the reference's planes, mm
    levels: float | Sequence[float]

    #: Also simulate every half millimetre from 0.5 to 6 mm, and find the smallest depth that reaches each
    #: threshold
    sweep: bool

    #: Cord and sac after the separation: fixed (always included), sac_reexpanded, cord_shift
    anatomy: str | Sequence[str]

    #: Shift of the cord towards the patient's front, left and head, mm; -2,0,0 is 2 mm dorsally
    cord_shift: float | Sequence[float]

    #: How sure the gaps are, under these sources of uncertainty: delineation, registration or treatment
    #: (published spreads, which the output names), or a file of your own (TOML, see docs/uncertainty.md)
    uncertainty: str

    #: Number of samples [default: 10000]
    samples: int

    #: Seed of the samples; the same seed gives the same figures [default: 1]
    seed: int

    #: RTSTRUCT, SEG, NIfTI or NRRD to use where the study has more than one set (masks on one lattice are one
    #: set); repeat it to use several together
    structures: Path | Sequence[Path]

    #: Clinical target volume that the target rule is applied to; repeat it for several. Default: by role
    ctv: str | Sequence[str]

    #: Margin that a PRV should have, mm: of all whose names are not given, or NAME=MM of one structure; repeat
    #: it for several. Default: what the name says, as SpinalCord_PRV02
    prv_margin: float | str | Sequence[float | str] | Mapping[str, float | Sequence[float]]

    #: RTDOSE to use; repeat it to sum several; default the only one of the study, or those of all beams of its
    #: plan
    dose: Path | Sequence[Path]

    #: Prescribed dose of the whole course, Gy; default as the plan says
    rx: float

    #: Number of fractions; default as the plan says
    fractions: int

    #: Structure that the prescription is for; default as the plan says, else by role
    target: str

    #: Dose at the tumour's edge, Gy; default as in the plan
    edge_dose: float

    #: Fall-off from tumour to cord, % of the prescription per mm, to find the gap that limits need; with --rx
    #: and --fractions also before there is a plan
    falloff: float

    #: Further figures, as D0.1cc, D90%, V12Gy (in %) or V12Gycc (in cc); repeat for several
    metric: str | Sequence[str]

    #: Limits: verified (those read in their source), all (also those read second hand, which are marked), or a
    #: file of your own (TOML, see docs/dose-limits.md) [default: verified]
    limits: str

    #: Earlier radiotherapy of the same place: none; unknown, so that no limit for a first treatment counts as
    #: kept; or EQD2=GY, the earlier dose to the cord (alpha/beta 2 Gy), also with the time since then as
    #: EQD2=GY,months=N [default: unknown]
    prior_rt: str

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str

    #: File of defaults (TOML, see docs/config.md); options on the command line take precedence. Default:
    #: thecal.toml in the working directory, if it exists
    config: Path


class CompareSettings(TypedDict, total=False):
    """Options of ``thecal compare``."""

    #: Folder for report.html, pictures, report.json, gaps.csv, profile.csv, structures.dcm, segmentation.dcm,
    #: meshes and structures.json of the study before
    out: Path

    #: Planes of the written contours. auto: those of the source, and more between them for residual and
    #: removed part where the gap would change otherwise; source: those of the source only, for planning
    #: systems that accept no others; MM: more planes between them for every computed structure, at most this
    #: far apart [default: auto]
    contour_step: str

    #: Largest number of triangles of a mesh [default: 15000]
    triangles: int

    #: Formats of the meshes [default: stl,ply,obj,glb]
    mesh_format: Literal["stl", "ply", "obj", "glb"] | Sequence[Literal["stl", "ply", "obj", "glb"]]

    #: Structure to take as tumour; repeat for several
    tumour: str | Sequence[str]

    #: Structure to take as spinal cord
    cord: str

    #: Structure to take as thecal sac
    sac: str

    #: Custom structure names (TOML, see docs/roles.md)
    aliases: Path

    #: Names of the labels of mask files: totalsegmentator, totalsegmentator_v1, totalsegmentator_mr,
    #: totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or spineps), verse, sct_levels, or a file
    #: (JSON, CSV, TSV). Default: a file beside the mask, or its header
    labels: str

    #: Where a contoured solid ends past its last plane [default: half_slice]
    ends: Literal["half_slice", "plane", "rounded"]

    #: Threshold in mm, or PAIR=MM for one pair (tumour-cord, tumour-sac, cord-sac); repeat for several;
    #: default 2 and 3
    threshold: float | str | Sequence[float | str] | Mapping[str, float | Sequence[float]]

    #: A gap up to this far below a threshold counts as reaching it, mm [default: 0.1]
    tolerance: float

    #: Simulate a separation by these approaches (built in: ideal, laminectomy, transpedicular_left,
    #: transpedicular_right, transpedicular_bilateral, lateral_extracavitary_left, lateral_extracavitary_right,
    #: anterior, and corpectomy for comparison; or all)
    separate: str | Sequence[str]

    #: Remove tumour within this distance of the reference, mm [default: 3]
    amount: float

    #: Reference of the resection. Default: the sac, or the cord where there is no sac
    reference: Literal["thecal_sac", "cord"]

    #: Custom approaches (TOML, see docs/separation.md)
    approaches: Path

    #: Structure that instruments must not enter; repeat for several
    keep_out: str | Sequence[str]

    #: Remove tumour only between these levels along the reference's planes, mm
    levels: float | Sequence[float]

    #: Also simulate every half millimetre from 0.5 to 6 mm, and find the smallest depth that reaches each
    #: threshold
    sweep: bool

    #: Cord and sac after the separation: fixed (always included), sac_reexpanded, cord_shift
    anatomy: str | Sequence[str]

    #: Shift of the cord towards the patient's front, left and head, mm; -2,0,0 is 2 mm dorsally
    cord_shift: float | Sequence[float]

    #: How sure the gaps are, under these sources of uncertainty: delineation, registration or treatment
    #: (published spreads, which the output names), or a file of your own (TOML, see docs/uncertainty.md)
    uncertainty: str

    #: Number of samples [default: 10000]
    samples: int

    #: Seed of the samples; the same seed gives the same figures [default: 1]
    seed: int

    #: RTSTRUCT, SEG, NIfTI or NRRD to use where a study has more than one. The file belongs to the study that
    #: it lies in; repeat it for the other study, or to use several together
    structures: Path | Sequence[Path]

    #: As --structures, for the study before, wherever the file lies
    structures_before: Path | Sequence[Path]

    #: As --structures, for the study after, wherever the file lies
    structures_after: Path | Sequence[Path]

    #: Clinical target volume of the study after that the target rule is applied to; repeat for several;
    #: default by role
    ctv: str | Sequence[str]

    #: RTDOSE to use; repeat it to sum several; default the only one of the study, or those of all beams of its
    #: plan
    dose: Path | Sequence[Path]

    #: Prescribed dose of the whole course, Gy; default as the plan says
    rx: float

    #: Number of fractions; default as the plan says
    fractions: int

    #: Structure that the prescription is for; default as the plan says, else by role
    target: str

    #: Dose at the tumour's edge, Gy; default as in the plan
    edge_dose: float

    #: Fall-off from tumour to cord, % of the prescription per mm, to find the gap that limits need; with --rx
    #: and --fractions also before there is a plan
    falloff: float

    #: Further figures, as D0.1cc, D90%, V12Gy (in %) or V12Gycc (in cc); repeat for several
    metric: str | Sequence[str]

    #: Limits: verified (those read in their source), all (also those read second hand, which are marked), or a
    #: file of your own (TOML, see docs/dose-limits.md) [default: verified]
    limits: str

    #: Earlier radiotherapy of the same place: none; unknown, so that no limit for a first treatment counts as
    #: kept; or EQD2=GY, the earlier dose to the cord (alpha/beta 2 Gy), also with the time since then as
    #: EQD2=GY,months=N [default: unknown]
    prior_rt: str

    #: Compare studies of different frames of reference (or patient identifiers) as if they were one; every
    #: output is marked
    assume_same_frame: bool

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str

    #: File of defaults (TOML, see docs/config.md); options on the command line take precedence. Default:
    #: thecal.toml in the working directory, if it exists
    config: Path


class DvhSettings(TypedDict, total=False):
    """Options of ``thecal dvh``."""

    #: Structure whose dose is given; repeat for several; default all
    structure: str | Sequence[str]

    #: Folder for dvh.json, dvh.csv, dvh_curves.csv and pictures; files of an earlier result there are removed
    out: Path

    #: RTSTRUCT, SEG, NIfTI or NRRD to use where there is more than one set; repeat it to use several together
    structures: Path | Sequence[Path]

    #: Structure to take as tumour; repeat for several
    tumour: str | Sequence[str]

    #: Structure to take as spinal cord
    cord: str

    #: Structure to take as thecal sac
    sac: str

    #: Custom structure names (TOML, see docs/roles.md)
    aliases: Path

    #: Names of the labels of mask files: totalsegmentator, totalsegmentator_v1, totalsegmentator_mr,
    #: totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or spineps), verse, sct_levels, or a file
    #: (JSON, CSV, TSV). Default: a file beside the mask, or its header
    labels: str

    #: Where a contoured solid ends past its last plane [default: half_slice]
    ends: Literal["half_slice", "plane", "rounded"]

    #: RTDOSE to use; repeat it to sum several; default the only one of the study, or those of all beams of its
    #: plan
    dose: Path | Sequence[Path]

    #: Prescribed dose of the whole course, Gy; default as the plan says
    rx: float

    #: Number of fractions; default as the plan says
    fractions: int

    #: Structure that the prescription is for; default as the plan says, else by role
    target: str

    #: Dose at the tumour's edge, Gy; default as in the plan
    edge_dose: float

    #: Fall-off from tumour to cord, % of the prescription per mm, to find the gap that limits need; with --rx
    #: and --fractions also before there is a plan
    falloff: float

    #: Further figures, as D0.1cc, D90%, V12Gy (in %) or V12Gycc (in cc); repeat for several
    metric: str | Sequence[str]

    #: Limits: verified (those read in their source), all (also those read second hand, which are marked), or a
    #: file of your own (TOML, see docs/dose-limits.md) [default: verified]
    limits: str

    #: Earlier radiotherapy of the same place: none; unknown, so that no limit for a first treatment counts as
    #: kept; or EQD2=GY, the earlier dose to the cord (alpha/beta 2 Gy), also with the time since then as
    #: EQD2=GY,months=N [default: unknown]
    prior_rt: str

    #: Take dose and structures of different frames of reference as if they were in one; every output is marked
    assume_same_frame: bool

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str

    #: File of defaults (TOML, see docs/config.md); options on the command line take precedence. Default:
    #: thecal.toml in the working directory, if it exists
    config: Path


class ExplainSettings(TypedDict, total=False):
    """Options of ``thecal explain``."""

    #: Folder for explain.json, explain.csv and pictures; files of an earlier result there are removed
    out: Path

    #: Make masks on pixels of this size on the contour planes, and not on the grid of the images. Default
    #: without images: 1
    grid_mm: float

    #: RTSTRUCT, SEG, NIfTI or NRRD to use where there is more than one set; repeat it to use several together
    structures: Path | Sequence[Path]

    #: Structure to take as tumour; repeat for several
    tumour: str | Sequence[str]

    #: Structure to take as spinal cord
    cord: str

    #: Structure to take as thecal sac
    sac: str

    #: Custom structure names (TOML, see docs/roles.md)
    aliases: Path

    #: Names of the labels of mask files: totalsegmentator, totalsegmentator_v1, totalsegmentator_mr,
    #: totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or spineps), verse, sct_levels, or a file
    #: (JSON, CSV, TSV). Default: a file beside the mask, or its header
    labels: str

    #: Where a contoured solid ends past its last plane [default: half_slice]
    ends: Literal["half_slice", "plane", "rounded"]

    #: Measure between structures of different frames of reference as if they were one; every output is marked
    assume_same_frame: bool

    #: RTDOSE to use; repeat it to sum several; default the only one of the study, or those of all beams of its
    #: plan
    dose: Path | Sequence[Path]

    #: Prescribed dose of the whole course, Gy; default as the plan says
    rx: float

    #: Number of fractions; default as the plan says
    fractions: int

    #: Structure that the prescription is for; default as the plan says, else by role
    target: str

    #: Dose at the tumour's edge, Gy; default as in the plan
    edge_dose: float

    #: Fall-off from tumour to cord, % of the prescription per mm, to find the gap that limits need; with --rx
    #: and --fractions also before there is a plan
    falloff: float

    #: Further figures, as D0.1cc, D90%, V12Gy (in %) or V12Gycc (in cc); repeat for several
    metric: str | Sequence[str]

    #: Limits: verified (those read in their source), all (also those read second hand, which are marked), or a
    #: file of your own (TOML, see docs/dose-limits.md) [default: verified]
    limits: str

    #: Earlier radiotherapy of the same place: none; unknown, so that no limit for a first treatment counts as
    #: kept; or EQD2=GY, the earlier dose to the cord (alpha/beta 2 Gy), also with the time since then as
    #: EQD2=GY,months=N [default: unknown]
    prior_rt: str

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str

    #: File of defaults (TOML, see docs/config.md); options on the command line take precedence. Default:
    #: thecal.toml in the working directory, if it exists
    config: Path


class InfoSettings(TypedDict, total=False):
    """Options of ``thecal info``."""

    #: Custom structure names (TOML, see docs/roles.md)
    aliases: Path

    #: Names of the labels of mask files: totalsegmentator, totalsegmentator_v1, totalsegmentator_mr,
    #: totalsegmentator_vertebrae_mr, totalspineseg (or sct), tptbox (or spineps), verse, sct_levels, or a file
    #: (JSON, CSV, TSV). Default: a file beside the mask, or its header
    labels: str

    #: Also print Series Descriptions, which may contain names of people; -v prints them too
    descriptions: bool

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str

    #: File of defaults (TOML, see docs/config.md); options on the command line take precedence. Default:
    #: thecal.toml in the working directory, if it exists
    config: Path


class SolidSettings(TypedDict, total=False):
    """Options of ``thecal check``, as far as they are about solids."""

    #: Threshold in mm, or PAIR=MM for one pair (tumour-cord, tumour-sac, cord-sac); repeat for several;
    #: default 2 and 3
    threshold: float | str | Sequence[float | str] | Mapping[str, float | Sequence[float]]

    #: A gap up to this far below a threshold counts as reaching it, mm [default: 0.1]
    tolerance: float

    #: Simulate a separation by these approaches (built in: ideal, laminectomy, transpedicular_left,
    #: transpedicular_right, transpedicular_bilateral, lateral_extracavitary_left, lateral_extracavitary_right,
    #: anterior, and corpectomy for comparison; or all)
    separate: str | Sequence[str]

    #: Remove tumour within this distance of the reference, mm [default: 3]
    amount: float

    #: Reference of the resection. Default: the sac, or the cord where there is no sac
    reference: Literal["thecal_sac", "cord"]

    #: Custom approaches (TOML, see docs/separation.md)
    approaches: Path

    #: Remove tumour only between these levels along the reference's planes, mm
    levels: float | Sequence[float]

    #: Also simulate every half millimetre from 0.5 to 6 mm, and find the smallest depth that reaches each
    #: threshold
    sweep: bool

    #: Cord and sac after the separation: fixed (always included), sac_reexpanded, cord_shift
    anatomy: str | Sequence[str]

    #: Shift of the cord towards the patient's front, left and head, mm; -2,0,0 is 2 mm dorsally
    cord_shift: float | Sequence[float]

    #: How sure the gaps are, under these sources of uncertainty: delineation, registration or treatment
    #: (published spreads, which the output names), or a file of your own (TOML, see docs/uncertainty.md)
    uncertainty: str

    #: Number of samples [default: 10000]
    samples: int

    #: Seed of the samples; the same seed gives the same figures [default: 1]
    seed: int

    #: Largest amount of memory for the data (in a batch: for all studies that run at the same time), such as
    #: 4GiB or 800MiB [default: 4GiB]
    memory: str
