//! What stands in the way of a measurement or its result, one by one.

use std::fmt;
use std::path::PathBuf;

use thecal_dicom::read::{ReadError, RoiFault};
use thecal_mask::SolidError;
use thecal_mask::file::MaskFileError;
use thecal_mask::role::{Role, SelectError};
use thecal_separation::SeparationError;
use thecal_voxel::VoxelError;

use crate::folder::{FolderError, advice};
use crate::record::settings::SettingsError;

/// Everything that can stand in the way, as it is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A path could not be searched.
    #[error(transparent)]
    Index(#[from] thecal_dicom::index::IndexError),
    /// A mask file could not be read.
    #[error(transparent)]
    MaskFile(#[from] MaskFileError),
    /// A chosen structure has no mask.
    #[error("structure \"{name}\": {source}")]
    Mask {
        /// The structure.
        name: String,
        /// Why.
        source: VoxelError,
    },
    /// A structure of the result could not be made.
    #[error("structure \"{name}\" of the result: {source}")]
    Section {
        /// The structure.
        name: String,
        /// Why.
        source: thecal_mask::solid::SectionError,
    },
    /// A DICOM file of the result could not be written.
    #[error(transparent)]
    Write(#[from] thecal_dicom::write::WriteError),
    /// What the result belongs to could not be read again.
    #[error(transparent)]
    Origin(#[from] thecal_dicom::write::OriginError),
    /// A mesh could not be written.
    #[error(transparent)]
    Mesh(#[from] thecal_report::mesh::MeshError),
    /// A file or folder of the result could not be written.
    #[error("{path}: {source}{}", advice(source))]
    Output {
        /// Which one.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The folder of the result cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// No DICOM file and no mask at all.
    #[error(
        "{place}: no readable DICOM file or mask among {}{}; give a folder with a study",
        counted(*files),
        listed(damaged)
    )]
    NothingFound {
        /// Where was searched.
        place: String,
        /// How many files were looked at.
        files: usize,
        /// Files that may have been meant, with what is wrong with them.
        damaged: Vec<String>,
    },
    /// Files, but none that holds structures.
    #[error(
        "{place}: no RTSTRUCT, SEG, NIfTI mask or NRRD mask among the files found ({found}){}; \
         export the structures beside the images",
        listed(damaged)
    )]
    NoStructureSet {
        /// Where was searched.
        place: String,
        /// What was found instead.
        found: String,
        /// Files that may have been meant, with what is wrong with them.
        damaged: Vec<String>,
    },
    /// No dose where one is asked for.
    #[error(
        "no RTDOSE with a dose grid lies among the files; add it to the study, or name it with --dose FILE"
    )]
    NoDose,
    /// A table of limits cannot be read.
    #[error("limits: {0}")]
    Limits(thecal_dose::LimitsError),
    /// A dose could not be integrated over a structure.
    #[error("dose-volume figures: {0}")]
    DoseVolume(thecal_dose::DoseVolumeError),
    /// More than one dose.
    #[error(
        "{} doses could be meant: {}; say which with --dose FILE (repeat it to sum several)",
        files.len(),
        files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    SeveralDoses {
        /// The files.
        files: Vec<PathBuf>,
    },
    /// More than one file of structures.
    #[error(
        "{} {kind} files: {}; say which with --structures FILE (repeat it to use several together)",
        files.len(),
        files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    SeveralStructureSets {
        /// What they are.
        kind: &'static str,
        /// The files.
        files: Vec<PathBuf>,
    },
    /// Masks that are no set, since they lie on several lattices.
    #[error(
        "mask files on {} lattices do not form one set: {}; say which with --structures FILE (repeat it \
         to use several together), or resample them to one lattice",
        lattices.len(),
        lattices.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    )]
    SeveralLattices {
        /// The lattices, that of the most files first.
        lattices: Vec<Lattice>,
    },
    /// Different files of structures that carry one identity.
    #[error(
        "{kind} files with different contents have the same SOP Instance UID: {}; one of them was \
         changed without a new UID. Say which to use with --structures FILE (repeat it to use several \
         together)",
        files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    SameInstance {
        /// What they are.
        kind: &'static str,
        /// The files.
        files: Vec<PathBuf>,
    },
    /// Files of more than one patient.
    #[error(
        "the files belong to {count} patients, but a check needs one study: give only its folder \
         (`thecal info` lists what belongs together)"
    )]
    SeveralPatients {
        /// How many.
        count: usize,
    },
    /// Two studies of different patients.
    #[error(
        "the two studies have different patient identifiers, but a comparison needs one patient. If \
         they are known to belong to one patient (with replaced identifiers), \
         --assume-same-frame compares all the same and marks every output"
    )]
    DifferentPatients,
    /// A structure could not be chosen.
    #[error("{path}: {source}")]
    Select {
        /// The files of structures.
        path: String,
        /// Why.
        source: SelectError,
    },
    /// One structure was asked for in two roles.
    #[error("\"{name}\" was named as {first} and as {second}; name two structures")]
    ChosenTwice {
        /// The structure.
        name: String,
        /// One role.
        first: Role,
        /// The other.
        second: Role,
    },
    /// The contours of a chosen structure are nonsense.
    #[error("{0}")]
    Contours(RoiFault),
    /// A chosen structure is too scattered or tangled.
    #[error(
        "structure \"{name}\" has {what} can be measured; it does not look like one structure: \
         remove the speckles, or draw it again"
    )]
    Tangled {
        /// The structure.
        name: String,
        /// What is too many.
        what: String,
    },
    /// A chosen structure makes no solid.
    #[error("structure \"{name}\": {source}")]
    Solid {
        /// The structure.
        name: String,
        /// Why.
        source: SolidError,
    },
    /// The structures live in different frames of reference.
    #[error(
        "\"{a}\" lies in frame of reference {a_uid}, \"{b}\" in {b_uid}; a distance between them \
         needs a registration, and the study has none that joins the two{}. If both are known to \
         be the same, --assume-same-frame measures all the same and marks every output",
        listed(unusable)
    )]
    Frames {
        /// One structure.
        a: String,
        /// Its frame.
        a_uid: String,
        /// The other.
        b: String,
        /// Its frame.
        b_uid: String,
        /// Registrations that cannot be used, with the reason.
        unusable: Vec<String>,
    },
    /// A separation needs a structure to take the tumour off.
    #[error(
        "the separation needs the {role} as its reference, but no structure was recognised as {role}; name it \
         with {}, or choose the other with --reference",
        if *role == Role::Cord { "--cord NAME" } else { "--sac NAME" }
    )]
    NoReference {
        /// What it was asked to be taken off.
        role: Role,
    },
    /// A separation cannot be simulated.
    #[error("separation: {0}")]
    Separation(#[from] SeparationError),
    /// The files are not those of the record.
    #[error(
        "the files do not belong to the record: {0}. Give the study that the record was made \
         from, or none"
    )]
    OtherStudy(String),
    /// A record of a version that did not keep its settings.
    #[error(
        "the record does not say which settings it was made with; check its study again, or leave \
         the study out"
    )]
    NoSettings,
    /// The settings of a record are none that a result is made with.
    #[error("settings of the record: {0}")]
    Settings(#[from] SettingsError),
    /// A picture could not be drawn.
    #[cfg(feature = "pictures")]
    #[error("picture {name}: {source}")]
    Picture {
        /// Its name.
        name: String,
        /// Why.
        source: thecal_report::picture::PictureError,
    },
    /// The page could not be made.
    #[cfg(feature = "pictures")]
    #[error("report.html: {0}")]
    Html(thecal_report::html::HtmlError),
    /// Registrations contradict each other.
    #[error(transparent)]
    Registrations(#[from] thecal_dicom::registration::Ambiguous),
}

fn counted(files: usize) -> String {
    format!("{files} file{}", if files == 1 { "" } else { "s" })
}

/// The first damaged files, for a message.
fn listed(damaged: &[String]) -> String {
    const MOST: usize = 3;
    let mut text: String = damaged.iter().take(MOST).map(|d| format!("; {d}")).collect();
    if damaged.len() > MOST {
        text.push_str(&format!("; and {} more", damaged.len() - MOST));
    }
    text
}

/// A lattice of voxels that masks lie on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lattice {
    /// Voxels along its axes, of the first file.
    pub(crate) size: [usize; 3],
    /// Their spacing, mm.
    pub(crate) spacing_mm: [f64; 3],
    /// The files.
    pub(crate) files: Vec<PathBuf>,
}

impl fmt::Display for Lattice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 3;
        let ([i, j, k], [x, y, z]) = (self.size, self.spacing_mm);
        write!(
            f,
            "{} on {i} x {j} x {k} voxels of {x:.2} x {y:.2} x {z:.2} mm (",
            counted(self.files.len())
        )?;
        let first: Vec<String> =
            self.files.iter().take(MOST).map(|p| p.display().to_string()).collect();
        f.write_str(&first.join(", "))?;
        match self.files.len().saturating_sub(MOST) {
            0 => f.write_str(")"),
            more => write!(f, " and {more} more)"),
        }
    }
}
