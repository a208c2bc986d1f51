//! Files of structures of every kind, as one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thecal_dicom::index::Kind;
use thecal_dicom::read::{Roi, RoiFault, StructureSet, read_rtstruct};
use thecal_dicom::seg::{Segment, Segmentation, read_segmentation};
use thecal_geom::Warning;
use thecal_mask::Structure;
use thecal_mask::file::{Label, MaskFile, MaskFileError, MaskFileKind, read_mask_file};
use thecal_mask::role::{Aliases, Candidate, Role, RoleFrom, role_of};
use thecal_report::text::plain;

use crate::error::{Error, Fault};
use crate::labels::{FileLabels, anatomy_in};
use crate::tangle;

/// One structure as its file has it.
pub(crate) struct Drawn {
    pub(crate) structure: Structure,
    /// What is wrong with its contours.
    pub(crate) fault: Option<RoiFault>,
    pub(crate) mask: Option<Masked>,
    /// The name of a mask's file that the structure was named after.
    pub(crate) file_name: Option<String>,
}

/// Where the mask of a structure is to be had.
#[derive(Clone)]
pub(crate) enum Masked {
    Segment(Arc<Segmentation>, Segment),
    Label(Arc<MaskFile>, Label),
}

/// On how many planes each structure of a set has something, where it takes no contours to tell.
pub(crate) fn planes_of_masks(drawn: &[Drawn]) -> Vec<Option<usize>> {
    // One pass over a file's voxels tells of all its labels.
    let mut files: Vec<(*const MaskFile, Vec<usize>)> = Vec::new();
    let mut of_label = |file: &Arc<MaskFile>, label: &Label| {
        let key = Arc::as_ptr(file);
        let known = files.iter().position(|f| f.0 == key).unwrap_or_else(|| {
            files.push((key, file.planes()));
            files.len() - 1
        });
        let place = file.labels.iter().position(|l| l == label)?;
        files[known].1.get(place).copied()
    };
    let mut of = |d: &Drawn| match d.mask.as_ref()? {
        Masked::Segment(_, segment) => Some(segment.frames),
        Masked::Label(file, label) => of_label(file, label),
    };
    drawn.iter().map(&mut of).collect()
}

impl Masked {
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
            Some(Masked::Label(of, label)) => Some(
                of.mask(label)
                    .map_err(|source| Fault::Mask { name: structure.name.clone(), source })?,
            ),
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

/// Reads a file of structures, of the kind that the index found it to be.
pub(crate) fn read(path: &Path, kind: Option<Kind>, aliases: &Aliases) -> Result<Set, Error> {
    match kind {
        Some(Kind::Seg) => Ok(of_segmentation(read_segmentation(path)?, aliases)),
        None if MaskFileKind::of(path).is_some() => Ok(of_file(read_mask_file(path)?, aliases)),
        _ => Ok(of_structure_set(read_rtstruct(path)?, aliases)),
    }
}

/// True where a file holds a picture and no mask, which is no fault of it.
pub(crate) fn is_image(error: &MaskFileError) -> bool {
    matches!(error, MaskFileError::Content { fault, .. } if fault.is_image)
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
            let name = anatomy_in(&of_file).unwrap_or_else(|| label.clone());
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
        Drawn { structure, fault, mask: None, file_name: None }
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
        Drawn { structure, fault: None, mask, file_name: None }
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

fn of_file(file: MaskFile, aliases: &Aliases) -> Set {
    let name = file.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = file.kind.as_str();
    let file = Arc::new(file);
    let of_label = |label: &Label| {
        // Named by its path until it has a label: see `settle_names`.
        let source = format!("{kind}, {}, label {}", file.path.display(), label.value);
        let mut structure = Structure::new(label.name.as_str(), source, None, Vec::new(), aliases);
        structure.name = plain(&structure.name).into_owned();
        structure.number = Some(label.value.into());
        let mask = Some(Masked::Label(Arc::clone(&file), label.clone()));
        let after_file = file.labels.len() == 1 && name.contains(&label.name);
        Drawn { structure, fault: None, mask, file_name: after_file.then(|| label.name.clone()) }
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
