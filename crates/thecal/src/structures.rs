//! Files of structures of every kind, as one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thecal_dicom::index::Kind;
use thecal_dicom::read::{ReadError, Roi, RoiFault, StructureSet, read_rtstruct_bytes};
use thecal_dicom::seg::{Segment, Segmentation, read_segmentation_bytes};
use thecal_geom::Warning;
use thecal_mask::Structure;
use thecal_mask::file::{Label, MaskFile};
use thecal_mask::naming::LabelTable;
use thecal_mask::role::{Aliases, Candidate, Role, RoleFrom, role_of};
use thecal_report::text::plain;
use thecal_store::Store;

use crate::contents;
use crate::error::{Error, Fault};
use crate::label_names;
use crate::labels::{FileLabels, anatomy_in};
use crate::masks::{Held, LastRead, Voxels};
use crate::tangle;

/// One structure as its file has it.
pub(crate) struct Drawn {
    pub(crate) structure: Structure,
    /// What is wrong with its contours.
    pub(crate) fault: Option<RoiFault>,
    pub(crate) mask: Option<Masked>,
    /// The name of a mask's file that the structure was named after.
    pub(crate) file_name: Option<String>,
    /// The program that drew it, where its source says that an algorithm did.
    pub(crate) automatic: Option<String>,
}

/// Where the mask of a structure is to be had.
#[derive(Clone)]
pub(crate) enum Masked {
    Segment(Arc<Segmentation>, Segment),
    Label(Voxels, Label),
}

impl Masked {
    /// On how many planes it has something.
    pub(crate) fn planes(&self) -> usize {
        match self {
            Self::Segment(_, segment) => segment.frames,
            Self::Label(_, label) => label.planes,
        }
    }

    /// Number of voxels, where it is known.
    pub(crate) fn voxels(&self) -> Option<usize> {
        match self {
            Self::Segment(..) => None,
            Self::Label(_, label) => Some(label.voxels),
        }
    }

    fn is_drawn(&self) -> bool {
        match self {
            Self::Segment(_, segment) => segment.frames > 0,
            Self::Label(_, label) => label.voxels > 0,
        }
    }
}

impl Drawn {
    /// A structure whose contours cannot be read can still be chosen, so that the choice fails
    /// with the reason and not in silence.
    pub(crate) fn candidate(&self) -> Candidate<'_> {
        let candidate = Candidate::from(&self.structure);
        let masked = self.mask.as_ref().is_some_and(Masked::is_drawn);
        let has_contours = candidate.has_contours || self.fault.is_some() || masked;
        Candidate { has_contours, ..candidate }
    }

    /// The structure with its contours or its mask.
    pub(crate) fn loaded(&self) -> Result<Structure, Error> {
        if let Some(fault) = &self.fault {
            return Err(Fault::Contours(fault.clone()).into());
        }
        let mut structure = self.structure.clone();
        structure.mask = match &self.mask {
            None => None,
            Some(Masked::Segment(of, segment)) => Some(of.mask(segment.number)?),
            Some(Masked::Label(of, label)) => Some(of.mask(label, &structure.name)?),
        };
        if let Some(what) = tangle::too_many(&structure.contours, structure.mask.as_ref()) {
            return Err(Fault::Tangled { name: structure.name, what }.into());
        }
        Ok(structure)
    }
}

/// A file of structures.
pub(crate) struct Set {
    pub(crate) path: PathBuf,
    /// `RTSTRUCT`, `SEG`, `NIfTI` or `NRRD`.
    pub(crate) kind: &'static str,
    pub(crate) series_instance_uid: Option<String>,
    pub(crate) sop_instance_uid: Option<String>,
    pub(crate) frame_of_reference_uid: Option<String>,
    /// Images that it refers to, by SOP Instance UID.
    pub(crate) images: Vec<String>,
    /// Those of them that single contours refer to.
    pub(crate) contour_images: Vec<String>,
    pub(crate) drawn: Vec<Drawn>,
    pub(crate) warnings: Vec<Warning>,
}

/// Reads a DICOM file of structures, of the kind that the index found it to be, and gives the
/// SHA-256 of its bytes.
pub(crate) fn read(
    store: &Store,
    path: &Path,
    kind: Option<Kind>,
    aliases: &Aliases,
) -> Result<(Set, String), Error> {
    let io = |source| ReadError::Io { path: path.into(), source };
    let bytes = Arc::new(store.read(path).map_err(io)?);
    let set = || -> Result<Set, ReadError> {
        match kind {
            Some(Kind::Seg) => {
                Ok(of_segmentation(read_segmentation_bytes(path, Arc::clone(&bytes))?, aliases))
            }
            _ => Ok(of_structure_set(read_rtstruct_bytes(path, Arc::clone(&bytes))?, aliases)),
        }
    };
    let (set, sha256) = rayon::join(set, || contents::sha256(&bytes));
    Ok((set?, sha256))
}

/// Masks that are no DICOM, as sets of structures, one for each file in their order.
pub(crate) fn of_masks(
    store: &Store,
    (mut masks, held): (Vec<MaskFile>, Arc<Held>),
    table: Option<&LabelTable>,
    aliases: &Aliases,
    warnings: &mut Vec<Warning>,
) -> Vec<Set> {
    let automatic = label_names::settle(store, &mut masks, table, warnings);
    let last = Arc::new(LastRead::new(held));
    let files = masks.iter().zip(automatic);
    let mut sets: Vec<Set> =
        files.map(|(file, by)| of_file(file, by.as_deref(), &last, aliases)).collect();
    said_once(&mut sets);
    sets
}

/// What is said of more than a few files alike is said once, with their number.
fn said_once(sets: &mut [Set]) {
    const FEW: usize = 3;
    let mut said: Vec<(Warning, usize)> = Vec::new();
    for w in sets.iter().flat_map(|s| &s.warnings) {
        match said.iter_mut().find(|(s, _)| (s.code, &s.message) == (w.code, &w.message)) {
            Some((_, count)) => *count += 1,
            None => said.push((w.clone(), 1)),
        }
    }
    for (first, count) in said.into_iter().filter(|(_, count)| *count > FEW) {
        let mut told = false;
        for set in sets.iter_mut() {
            set.warnings.retain_mut(|w| {
                if (w.code, &w.message) != (first.code, &first.message) {
                    return true;
                }
                if !told {
                    w.message = format!("{} (in {count} mask files)", w.message);
                }
                !std::mem::replace(&mut told, true)
            });
        }
    }
}

/// A structure that cannot be read is told of even where it is not measured.
pub(crate) fn unreadable(fault: &RoiFault) -> Warning {
    Warning::new("contour_unreadable", fault.to_string(), fault.roi_name.clone())
}

/// Names that may be written: of structures that are named after their files, the anatomy in the
/// name, or the file's label; everywhere labels in the place of paths.
///
/// An alias for such a name holds as one for the name of the file does.
pub(crate) fn settle_names(sets: &mut [Set], labels: &FileLabels, aliases: &Aliases) {
    let mut given: Vec<(String, String)> = Vec::new();
    for set in sets.iter_mut() {
        let label = labels.hide(&set.path.display().to_string());
        for drawn in &mut set.drawn {
            drawn.structure.source = labels.hide(&drawn.structure.source);
            let Some(of_file) = drawn.file_name.clone() else { continue };
            // What segmenters call structures tells of nobody, as words of anatomy.
            let public = LabelTable::all().iter().any(|t| t.has_name(&of_file));
            let word = if public { Some(of_file.clone()) } else { anatomy_in(&of_file) };
            let name = word.unwrap_or_else(|| label.clone());
            // Two files may be left with one word; two files of one name stay alike.
            let others = given.iter().filter(|(file, n)| *n == name && *file != of_file).count();
            drawn.structure.name =
                if others == 0 { name.clone() } else { format!("{name} {}", others + 1) };
            given.push((of_file, name));
            if drawn.structure.role_from != RoleFrom::Alias
                && let Some(role) = aliases.role(&drawn.structure.name)
            {
                drawn.structure.role = role;
                drawn.structure.role_from = RoleFrom::Alias;
            }
        }
    }
}

fn of_structure_set(set: StructureSet, aliases: &Aliases) -> Set {
    let file = set.sop_instance_uid.as_deref().unwrap_or("without SOP Instance UID");
    let of_roi = |roi: Roi| {
        let number = roi.number.map_or_else(|| "unnumbered".to_owned(), |n| n.to_string());
        let source = format!("RTSTRUCT {file}, ROI {number}");
        let (contours, fault) = match roi.contours {
            Ok(contours) => (contours, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let name = plain(&roi.name).into_owned();
        let mut structure = Structure::new(name, source, roi.interpreted_type, contours, aliases);
        structure.number = roi.number;
        structure.frame_of_reference_uid = roi.frame_of_reference_uid;
        // ROI Generation Algorithm, PS3.3 C.8.8.5.
        let automatic = said_automatic(roi.generation_algorithm.as_deref(), "structure set");
        Drawn { structure, fault, mask: None, file_name: None, automatic }
    };
    let drawn = set.rois.into_iter().map(of_roi).collect();
    Set {
        path: set.path,
        kind: Kind::RtStruct.as_str(),
        series_instance_uid: set.series_instance_uid,
        sop_instance_uid: set.sop_instance_uid,
        frame_of_reference_uid: set.referenced_frames.into_iter().next(),
        contour_images: set.contour_images.clone(),
        images: set.referenced_images.into_iter().chain(set.contour_images).collect(),
        drawn,
        warnings: set.warnings,
    }
}

/// That a file says of a structure that an algorithm drew it, in words.
fn said_automatic(kind: Option<&str>, of: &str) -> Option<String> {
    (kind?.trim() == "AUTOMATIC").then(|| format!("AUTOMATIC in the {of}"))
}

fn of_segmentation(set: Segmentation, aliases: &Aliases) -> Set {
    let file = set.sop_instance_uid.clone();
    let file = file.as_deref().unwrap_or("without SOP Instance UID").to_owned();
    let set = Arc::new(set);
    let of_segment = |segment: &Segment| {
        let source = format!("SEG {file}, segment {}", segment.number);
        let property = segment.property.as_deref();
        let name = match (segment.label.as_str(), property) {
            ("", Some(property)) => property.to_owned(),
            ("", None) => format!("segment {}", segment.number),
            (label, _) => label.to_owned(),
        };
        let name = plain(&name).into_owned();
        let mut structure = Structure::new(name, source, None, Vec::new(), aliases);
        // A label that says nothing leaves the coded type to say what it is.
        if structure.role == Role::Other
            && structure.role_from == RoleFrom::Name
            && let Some(property) = property
        {
            structure.role = role_of(property, None, aliases).role;
            structure.role_from = RoleFrom::InterpretedType;
        }
        structure.number = Some(segment.number.into());
        structure.frame_of_reference_uid = set.frame_of_reference_uid.clone();
        let mask = Some(Masked::Segment(Arc::clone(&set), segment.clone()));
        // Segment Algorithm Type, PS3.3 C.8.20.2.
        let automatic = said_automatic(segment.algorithm_type.as_deref(), "segmentation");
        Drawn { structure, fault: None, mask, file_name: None, automatic }
    };
    Set {
        path: set.path.clone(),
        kind: Kind::Seg.as_str(),
        series_instance_uid: set.series_instance_uid.clone(),
        sop_instance_uid: set.sop_instance_uid.clone(),
        frame_of_reference_uid: set.frame_of_reference_uid.clone(),
        images: set.referenced_images.clone(),
        contour_images: Vec::new(),
        drawn: set.segments.iter().map(of_segment).collect(),
        warnings: set.warnings.clone(),
    }
}

fn of_file(
    file: &MaskFile,
    automatic: Option<&str>,
    last: &Arc<LastRead>,
    aliases: &Aliases,
) -> Set {
    let name = file.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = file.kind.as_str();
    let of_label = |label: &Label| {
        // Named by its path until it has a label: see `settle_names`.
        let source = format!("{kind}, {}, label {}", file.path.display(), label.value);
        let mut structure = Structure::new(label.name.as_str(), source, None, Vec::new(), aliases);
        structure.name = plain(&structure.name).into_owned();
        structure.number = Some(label.value.into());
        let mask = Some(Masked::Label(Voxels::new(file, last), label.clone()));
        let after_file = file.is_single();
        Drawn {
            structure,
            fault: None,
            mask,
            file_name: after_file.then(|| label.name.clone()),
            automatic: automatic.map(str::to_owned),
        }
    };
    Set {
        path: file.path.clone(),
        kind,
        series_instance_uid: None,
        sop_instance_uid: None,
        frame_of_reference_uid: None,
        images: Vec::new(),
        contour_images: Vec::new(),
        drawn: file.labels.iter().map(of_label).collect(),
        warnings: file
            .warnings
            .iter()
            .map(|w| Warning { place: name.clone(), ..w.clone() })
            .collect(),
    }
}
