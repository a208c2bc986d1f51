//! The record, field by field as in the contract. A quantity that could not be had is `None`
//! (JSON `null`), never 0 or NaN; a warning says why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::{Comparison, TargetRule};
use crate::separation::Separation;
use crate::settings::SettingsRecord;
use crate::words::{
    Anatomy, DrawnAs, EndRule, Headline, IntervalSource, Limit, PairKind, Phase, Role, RoleSource,
    Tracing, Verdict,
};

/// Version of the report's format.
pub const SCHEMA_VERSION: &str = "1";

macro_rules! record {
    ($(#[$m:meta])* $name:ident { $($(#[$fm:meta])* $f:ident : $t:ty),+ $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $name { $($(#[$fm])* pub $f: $t),+ }
    };
}

pub(crate) use record;

record! {
    /// The whole report.
    Report {
        /// Version of this format.
        schema_version: String,
        /// The program that wrote it.
        tool: Tool,
        /// Coordinate space: always `LPS`.
        space: String,
        /// What was read.
        inputs: Vec<Input>,
        /// What was found in it.
        structures: Vec<StructureRecord>,
        /// Thresholds of the verdicts, mm, ascending.
        thresholds_mm: Vec<f64>,
        /// How far below a threshold a gap counts as having reached it, mm.
        #[serde(default)]
        tolerance_mm: f64,
        /// Settings that a number depends on.
        parameters: Parameters,
        /// All that was asked for; `null` in records of versions that did not keep it, which
        /// cannot be drawn again from their study.
        #[serde(default)]
        settings: Option<SettingsRecord>,
        /// Measurements by phase.
        phases: Vec<PhaseRecord>,
        /// The simulated separation, where one was asked for.
        separation: Option<Separation>,
        /// The target rule after an operation, where a separation or an operation is looked at.
        target: Option<TargetRule>,
        /// Two real studies side by side, where two were compared.
        comparison: Option<Comparison>,
        /// The worst headline: of the phases after a separation where one was asked for, else of the
        /// study as it is.
        headline: Headline,
        /// What was dropped, mended or doubted.
        warnings: Vec<WarningRecord>,
    }
}
/// What pictures call the second study of a comparison, whose phase has no scenario.
pub const SECOND_STUDY: &str = "second study";

impl PhaseRecord {
    /// What pictures of the phase are known by: its scenario, [`SECOND_STUDY`], or none for the
    /// study as it is.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.scenario {
            Some(scenario) => Some(scenario),
            None => (self.phase == Phase::After).then_some(SECOND_STUDY),
        }
    }

    /// True where cord and sac may lie otherwise than in the study as it is, so that a gap can get
    /// smaller.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.key() == Some(SECOND_STUDY) || !self.is_as_drawn()
    }

    /// True where cord and sac are where they were drawn.
    #[must_use]
    pub fn is_as_drawn(&self) -> bool {
        self.anatomy.is_none_or(|a| a == Anatomy::Fixed)
    }
}

record! {
    /// A program and its version.
    Tool {
        /// Name.
        name: String,
        /// Version.
        version: String,
    }
}
record! {
    /// One input series or file set. Holds no patient identity.
    Input {
        /// `CT`, `MR`, `RTSTRUCT`, ...
        kind: String,
        /// Series Instance UID.
        series_instance_uid: Option<String>,
        /// SOP Instance UID, where the input is a single object.
        sop_instance_uid: Option<String>,
        /// Frame of Reference UID.
        frame_of_reference_uid: Option<String>,
        /// Number of files.
        files: usize,
        /// SHA-256 of the file, of files of structures; it names nobody, unlike a file's name.
        #[serde(default)]
        content_sha256: Option<String>,
    }
}
record! {
    /// One structure.
    StructureRecord {
        /// Name as in the input.
        name: String,
        /// Role, as `cord` or `thecal_sac`.
        role: Role,
        /// Where the role comes from: `name`, `alias`, `interpreted_type`, `user`.
        role_from: RoleSource,
        /// Where the structure comes from.
        source: String,
        /// The program that drew it, where its source says that an algorithm did; `null` where
        /// nothing says so. A verdict on such a structure is advisory until somebody has checked it.
        #[serde(default)]
        drawn_by_algorithm: Option<String>,
        /// Frame of Reference UID of its coordinates.
        frame_of_reference_uid: Option<String>,
        /// How it came there from another frame of reference; `null` where it was in it.
        registration: Option<RegistrationRecord>,
        /// Number of contour planes.
        planes: Option<usize>,
        /// Distance between planes, mm.
        plane_spacing_mm: Option<f64>,
        /// Positions of planes that were missing and are interpolated, along the normal, mm.
        missing_planes_mm: Vec<f64>,
        /// What cleaning of the contours mended.
        cleaning: RepairReport,
        /// What its points or pixels show of its resolution.
        #[serde(default)]
        resolution: Option<ResolutionRecord>,
        /// Median area of a plane, mm2.
        section_mm2: Option<f64>,
        /// Volume, cc: area times the slab that each plane stands for.
        volume_cc: Option<f64>,
        /// Warnings of this structure.
        warnings: Vec<WarningRecord>,
    }
}
record! {
    /// What a structure's own points or pixels show of its resolution.
    ResolutionRecord {
        /// `contours`, `traced` (round the pixels of a mask, which is measured), `mask` or
        /// `computed`.
        drawn_as: DrawnAs,
        /// Of traced contours, where their points lie: `pixel_edges`, `half_way` (between centres)
        /// or `pixel_centres` (half a pixel short, which is put back).
        tracing: Option<Tracing>,
        /// Pixel spacings of a mask or of what was traced, mm.
        pixel_mm: Option<[f64; 2]>,
        /// What all coordinates within the planes are multiples of, mm; `null` where nothing down to
        /// 0.0001 mm is.
        quantum_mm: Option<f64>,
        /// Median distance of neighbouring points, mm.
        point_spacing_mm: Option<f64>,
    }
}
record! {
    /// How a structure was moved to the frame of reference of the others.
    RegistrationRecord {
        /// Frame of Reference UID that it was drawn in.
        from_frame_uid: String,
        /// The registrations, in the order of their use.
        steps: Vec<RegistrationStep>,
        /// The transform from that frame as a homogeneous matrix, row by row, mm.
        matrix: [f64; 16],
    }
}
record! {
    /// One registration.
    RegistrationStep {
        /// Frame of Reference UID before it.
        from_frame_uid: String,
        /// Frame of Reference UID after it.
        to_frame_uid: String,
        /// SOP Instance UID of the registration.
        registration_uid: String,
        /// True where its matrix was inverted.
        inverse: bool,
    }
}
record! {
    /// Faults of contours that were mended, counted. Those that lose something are warnings too.
    RepairReport {
        /// Points that repeat their neighbour, and explicit closing points.
        repeated_points: usize,
        /// Rings of fewer than three different points, or without area: left out.
        degenerate: usize,
        /// Rings drawn twice on a plane: counted once.
        duplicate_rings: usize,
        /// Rings that lie along a larger one within 0.2 mm all round: left out.
        #[serde(default)]
        near_copies: usize,
        /// Keyhole bridges opened.
        keyholes: usize,
        /// Places where edges cross.
        crossings: usize,
        /// Planes taken as one with another.
        #[serde(default)]
        merged_planes: usize,
    }
}
record! {
    /// Settings that a number depends on.
    Parameters {
        /// End rule: `half_slice`, `plane` or `rounded`.
        ends: EndRule,
        /// Accuracy of the refined gap on the interpolated solids, mm.
        gap_tolerance_mm: f64,
        /// True where a missing frame of reference was taken for the same by the user's word.
        assume_same_frame: bool,
    }
}
record! {
    /// Measurements of one phase.
    PhaseRecord {
        /// Before or after.
        phase: Phase,
        /// Name of the scenario, `null` for the study as it is.
        scenario: Option<String>,
        /// Of a simulated separation, the name of the approach; `null` for real studies.
        #[serde(default)]
        approach: Option<String>,
        /// After a simulated separation, what became of cord and sac: `fixed`, `sac_reexpanded` or
        /// `cord_shift`.
        anatomy: Option<Anatomy>,
        /// All pairs.
        pairs: Vec<PairRecord>,
        /// Worst tumour-cord verdict of this phase.
        headline: Headline,
    }
}
record! {
    /// One pair of structures.
    PairRecord {
        /// Which pair.
        pair: PairKind,
        /// Name of the first structure.
        a: String,
        /// Name of the second structure.
        b: String,
        /// Least surface distance, mm; negative where they overlap.
        gap_mm: Option<f64>,
        /// Lower end of the range that the data's resolution leaves open, mm.
        gap_lower_mm: Option<f64>,
        /// Upper end of that range, mm.
        gap_upper_mm: Option<f64>,
        /// What makes that range: the gap less the sum of the one side is the lower end, plus the sum
        /// of the other the upper.
        #[serde(default)]
        interval_parts: Vec<IntervalPart>,
        /// A second figure that noise of drawing moves less, never in place of the gap: the least of
        /// the gaps plane by plane, smoothed along the planes (docs/method.md), mm; `null` where
        /// too few planes face.
        #[serde(default)]
        gap_smoothed_mm: Option<f64>,
        /// Overlap volume, cc.
        overlap_cc: Option<f64>,
        /// Nearest points.
        closest: Option<Closest>,
        /// The gap in and through the plane.
        direction: Option<Direction>,
        /// Where the gap is.
        r#where: Option<Where>,
        /// What limits the gap: `ends`, `missing_planes`, `voxels`, ...
        limited_by: Option<Limit>,
        /// Extent below each threshold.
        below: Vec<BelowThreshold>,
        /// Verdict on each threshold.
        verdicts: Vec<ThresholdVerdict>,
        /// The gap plane by plane and by sector.
        profile: Option<Profile>,
    }
}
record! {
    /// A part of the range that the data leave open.
    IntervalPart {
        /// `planes`, `poles`, `ends`, `points`, `rounding`, `pixels`, `search`, or `drawing` (what
        /// was open before a simulated separation).
        part: IntervalSource,
        /// How far it lets the gap be smaller, mm.
        lower_mm: f64,
        /// How far it lets the gap be larger, mm.
        upper_mm: f64,
    }
}
record! {
    /// Nearest points, LPS mm.
    Closest {
        /// On the first structure.
        a_mm: [f64; 3],
        /// On the second structure.
        b_mm: [f64; 3],
    }
}
record! {
    /// Parts of the gap vector.
    Direction {
        /// Within the plane, mm.
        in_plane_mm: f64,
        /// Along the plane normal, mm.
        through_plane_mm: f64,
    }
}
record! {
    /// Where a gap is.
    Where {
        /// Degrees clockwise seen from below, 0 anterior, 90 patient left.
        clock_deg: Option<f64>,
        /// Position along the plane normal, mm.
        plane_mm: Option<f64>,
        /// Vertebral level.
        level: Option<String>,
    }
}
record! {
    /// Extent of what lies nearer than a threshold. The cord's numbers stand in `tumour-cord` and
    /// `cord-sac`, the sac's in `tumour-sac`; the others are `null`.
    BelowThreshold {
        /// Threshold, mm.
        threshold_mm: f64,
        /// Cord surface nearer than that, mm2.
        cord_surface_mm2: Option<f64>,
        /// Length of cord, mm.
        cord_length_mm: Option<f64>,
        /// Sac surface nearer than that, mm2.
        sac_surface_mm2: Option<f64>,
        /// Length of sac, mm.
        sac_length_mm: Option<f64>,
        /// Part of the circumference that is nearer on some plane, degrees.
        circumference_deg: Option<f64>,
        /// Tumour volume nearer than that to the cord or sac, or inside it, cc; `null` in
        /// `cord-sac`.
        tumour_volume_cc: Option<f64>,
    }
}
record! {
    /// Verdict on a threshold.
    ThresholdVerdict {
        /// Threshold, mm.
        threshold_mm: f64,
        /// Verdict; `null` where there is no gap to judge.
        verdict: Option<Verdict>,
        /// True where the verdict would be another without the tolerance.
        #[serde(default)]
        by_tolerance: bool,
    }
}
record! {
    /// The gap along and around the cord (`tumour-sac`: the sac).
    Profile {
        /// Distances up to this are listed, mm.
        reach_mm: f64,
        /// By plane.
        planes: Vec<ProfilePlane>,
        /// By clock sector.
        sectors: Vec<ProfileSector>,
    }
}
record! {
    /// The gap on one plane.
    ProfilePlane {
        /// Position along the plane normal, mm.
        plane_mm: f64,
        /// Gap, mm; `null` beyond the profile's reach.
        gap_mm: Option<f64>,
        /// Lower bound, mm.
        gap_lower_mm: Option<f64>,
        /// Upper bound, mm.
        gap_upper_mm: Option<f64>,
    }
}
record! {
    /// The gap in one sector.
    ProfileSector {
        /// From, degrees.
        clock_deg_from: f64,
        /// To, degrees.
        clock_deg_to: f64,
        /// Gap, mm; `null` beyond the profile's reach.
        gap_mm: Option<f64>,
        /// Lower bound, mm.
        gap_lower_mm: Option<f64>,
        /// Upper bound, mm.
        gap_upper_mm: Option<f64>,
    }
}
record! {
    /// A warning.
    WarningRecord {
        /// Stable code, see `docs/warnings.md`.
        code: String,
        /// For a person.
        message: String,
        /// Where; empty where it concerns the whole.
        r#where: String,
    }
}
