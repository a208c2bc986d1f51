//! From paths to the structures of one study.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use thecal_dicom::index::{Index, Kind, index};
use thecal_dicom::read::{Roi, RoiFault, StructureSet, read_rtstruct};
use thecal_geom::Warning;
use thecal_mask::Structure;
use thecal_mask::role::{Aliases, Candidate, SelectError};
use thecal_report::Input;

use crate::error::Error;
use crate::settings::Settings;

/// One drawn structure, or what is wrong with it.
pub(crate) struct Drawn {
    pub(crate) structure: Structure,
    pub(crate) fault: Option<RoiFault>,
}

impl Drawn {
    /// A structure whose contours cannot be read can still be chosen, so that the choice fails
    /// with the reason and not in silence.
    pub(crate) fn candidate(&self) -> Candidate<'_> {
        let candidate = Candidate::from(&self.structure);
        Candidate { has_contours: candidate.has_contours || self.fault.is_some(), ..candidate }
    }
}

/// The structures of one study with where they come from.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) drawn: Vec<Drawn>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) warnings: Vec<Warning>,
}

impl Source {
    pub(crate) fn selection_error(&self, source: SelectError) -> Error {
        Error::Select { path: self.path.clone(), source }
    }
}

pub(crate) fn open(paths: &[PathBuf], settings: &Settings) -> Result<Source, Error> {
    let mut searched = paths.to_vec();
    searched.extend(settings.structures.clone());
    let found = index(&searched)?;
    let path = structure_set(&found, paths, settings.structures.as_deref())?;
    let mut set = read_rtstruct(&path)?;
    let mut warnings = found.warnings.clone();
    warnings.append(&mut set.warnings);
    warnings.extend(settings.aliases.unused(set.rois.iter().map(|r| r.name.as_str())));
    warnings.extend(unresolved_references(&found, &set));
    let inputs = inputs(&found, &set, &path);
    let drawn = drawn(set, &settings.aliases);
    warnings.extend(drawn.iter().filter_map(|d| d.fault.as_ref()).map(unreadable));
    Ok(Source { inputs, drawn, warnings, path })
}

/// A structure that cannot be read is told of even where it is not measured.
pub(crate) fn unreadable(fault: &RoiFault) -> Warning {
    Warning::new("contour_unreadable", fault.to_string(), fault.roi_name.clone())
}

/// The one structure set to use.
fn structure_set(
    found: &Index,
    paths: &[PathBuf],
    wanted: Option<&Path>,
) -> Result<PathBuf, Error> {
    let place = || paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        return Ok(wanted.to_owned());
    }
    if found.objects.is_empty() {
        return Err(Error::NothingFound { place: place(), files: found.other_files });
    }
    let count = found.patients();
    if count > 1 {
        return Err(Error::SeveralPatients { count });
    }
    let sets: Vec<&PathBuf> =
        found.objects.iter().filter(|o| o.kind == Kind::RtStruct).map(|o| &o.path).collect();
    match sets.as_slice() {
        [] => Err(Error::NoStructureSet { place: place(), found: found.kinds() }),
        [one] => Ok((*one).clone()),
        several => {
            Err(Error::SeveralStructureSets { files: several.iter().map(|&p| p.clone()).collect() })
        }
    }
}

/// The structures of a set with their roles.
pub(crate) fn drawn(set: StructureSet, aliases: &Aliases) -> Vec<Drawn> {
    let file = set.sop_instance_uid.unwrap_or_else(|| "without SOP Instance UID".to_owned());
    let of_roi = |roi: Roi| {
        let number = roi.number.map_or_else(|| "unnumbered".to_owned(), |n| n.to_string());
        let source = format!("RTSTRUCT {file}, ROI {number}");
        let (contours, fault) = match roi.contours {
            Ok(contours) => (contours, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let mut structure =
            Structure::new(roi.name, source, roi.interpreted_type, contours, aliases);
        structure.frame_of_reference_uid = roi.frame_of_reference_uid;
        Drawn { structure, fault }
    };
    set.rois.into_iter().map(of_roi).collect()
}

/// Images that the structure set refers to and that are not here, while others of the study are.
fn unresolved_references(found: &Index, set: &StructureSet) -> Option<Warning> {
    let images = found.objects.iter().filter(|o| o.kind.is_image());
    let here: HashSet<&str> = images.map(|o| o.sop_instance_uid.as_str()).collect();
    if here.is_empty() {
        return None;
    }
    let wanted: HashSet<&str> =
        set.referenced_images.iter().chain(&set.contour_images).map(String::as_str).collect();
    let absent = wanted.difference(&here).count();
    (absent > 0).then(|| {
        Warning::new(
            "reference_unresolved",
            format!(
                "{absent} of {} images that the structure set refers to are not among the files; \
                 the contours are measured at their own positions",
                wanted.len()
            ),
            "",
        )
    })
}

fn inputs(found: &Index, set: &StructureSet, path: &Path) -> Vec<Input> {
    let mut inputs = vec![Input {
        kind: Kind::RtStruct.as_str().to_owned(),
        series_instance_uid: set.series_instance_uid.clone(),
        sop_instance_uid: set.sop_instance_uid.clone(),
        frame_of_reference_uid: set.referenced_frames.first().cloned(),
        files: 1,
    }];
    inputs.extend(found.series().into_iter().filter(|s| !s.holds(path)).map(|s| Input {
        kind: s.kind.as_str().to_owned(),
        series_instance_uid: some(&s.series_instance_uid),
        sop_instance_uid: None,
        frame_of_reference_uid: s.frame_of_reference_uid.clone(),
        files: s.files.len(),
    }));
    inputs
}

fn some(uid: &str) -> Option<String> {
    (!uid.is_empty()).then(|| uid.to_owned())
}
