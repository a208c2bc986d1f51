//! The settings that a result was made with, whole: what makes the same result of the same files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::separation::ApproachRecord;
use crate::words::{Anatomy, EndRule, Role};

record! {
    /// What was asked for. Names of structures stand as the record has them, also where a file was
    /// asked for by its own name.
    SettingsRecord {
        /// Names of the tumours; empty: by role.
        tumours: Vec<String>,
        /// Name of the cord; `null`: by role.
        cord: Option<String>,
        /// Name of the thecal sac; `null`: by role.
        sac: Option<String>,
        /// Names of the clinical target volumes of the target rule; empty: by role.
        ctvs: Vec<String>,
        /// SHA-256 of the files of structures that were asked for; empty: the only one there.
        structures_sha256: Vec<String>,
        /// Where contoured solids end.
        ends: EndRule,
        /// Thresholds of the verdicts.
        thresholds: ThresholdsRecord,
        /// Whether structures of different frames of reference may be measured as if they were in
        /// one.
        assume_same_frame: bool,
        /// The user's own names, in the order in which they are tried.
        aliases: Vec<AliasRecord>,
        /// The table that names labels of masks; `null`: what the files say.
        #[serde(default)]
        labels: Option<LabelTableRecord>,
        /// The separation to simulate.
        separation: Option<SeparationSettings>,
    }
}
record! {
    /// Thresholds pair by pair, ascending.
    ThresholdsRecord {
        /// Of the tumour-cord gap, mm.
        tumour_cord_mm: Vec<f64>,
        /// Of the tumour-sac gap, mm.
        tumour_sac_mm: Vec<f64>,
        /// Of the cord-sac gap, mm.
        cord_sac_mm: Vec<f64>,
        /// How far below a threshold a gap counts as having reached it, mm.
        tolerance_mm: f64,
    }
}
record! {
    /// A name or pattern that the user gave a role to.
    AliasRecord {
        /// The name, or the pattern with `*` and `?`.
        name: String,
        /// The role.
        role: Role,
    }
}
record! {
    /// A table that names labels of masks.
    LabelTableRecord {
        /// Its name, where it is built in; `null` where it was a file.
        table: Option<String>,
        /// The names, of a table of one's own; empty where it is built in.
        names: Vec<LabelNameRecord>,
    }
}
record! {
    /// What a value of a label map is called.
    LabelNameRecord {
        /// The value.
        value: i32,
        /// The name.
        name: String,
    }
}
record! {
    /// A separation as it was asked for.
    SeparationSettings {
        /// The approaches, in the order of the report.
        approaches: Vec<NamedApproach>,
        /// Tumour within this of the reference is to be taken, mm.
        amount_mm: f64,
        /// What tumour is taken off: `cord` or `thecal_sac`; `null`: the sac, or the cord where
        /// there is no sac.
        reference: Option<Role>,
        /// Names of structures that instruments must not enter.
        keep_out: Vec<String>,
        /// Levels that tumour is taken at, along the reference's stack, mm; `null` for all.
        levels_mm: Option<[f64; 2]>,
        /// Spacing of the grid that removal is computed on, mm.
        grid_mm: f64,
        /// Whether a range of amounts was asked for.
        sweep: bool,
        /// What may become of cord and sac, besides `fixed`, which is always there.
        anatomies: Vec<AnatomySettings>,
    }
}
record! {
    /// An approach under its name.
    NamedApproach {
        /// The name.
        name: String,
        /// What it is.
        #[serde(flatten)]
        approach: ApproachRecord,
    }
}
record! {
    /// A scenario of cord and sac as it was asked for.
    AnatomySettings {
        /// Which.
        anatomy: Anatomy,
        /// Of `cord_shift`: towards the patient's front, left and head in the frame of the
        /// centreline at the tumour's middle, mm; `null` for others.
        shift_mm: Option<[f64; 3]>,
    }
}
