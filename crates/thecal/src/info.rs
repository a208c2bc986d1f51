//! What is in a folder, and whether it can be measured.

mod planned;
mod series;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thecal_dicom::index::{Index, Kind, Object};
use thecal_geom::{Contour, Warning};
use thecal_mask::role::{Candidate, Role, select};
use thecal_report as report;
use thecal_report::text::plain;
use thecal_store::Store;

use crate::error::{Error, Fault, Lattice};
use crate::frames::Frames;
use crate::labels::FileLabels;
use crate::masks;
use crate::outputs::IMAGES_UNUSABLE;
use crate::own_results::index_inputs;
use crate::record;
use crate::scene::images::unusable;
use crate::settings::Settings;
use crate::source;
use crate::structures::{self, Drawn, Masked, Set};

/// Contours within this distance along z of each other are counted as one plane.
const SAME_PLANE_MM: f64 = 0.05;
/// The rank of masks that are no DICOM among files of structures.
const MASK: usize = 2;

/// Lists what is in `paths`: series, structure sets with the roles of their structures, and what
/// stands in the way of a check. Of the settings the names of structures and labels count.
///
/// # Errors
/// When a path cannot be searched. A structure set that cannot be read is listed with the reason.
///
/// # Example
/// ```
/// use thecal::{Settings, info};
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 2.0, 2.0) };
/// write_study(&spec, folder.path())?;
/// let found = info(&[folder.path().to_owned()], &Settings::default())?;
/// assert!(found.can_be_checked, "{:?}", found.obstacles);
/// assert_eq!((found.patients, found.structure_sets.len()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn info(paths: &[PathBuf], settings: &Settings) -> Result<report::Info, Error> {
    list(paths, settings, false)
}

/// As [`info`], with the Series Descriptions, which can hold names of people.
///
/// # Errors
/// As [`info`].
pub fn info_with_descriptions(
    paths: &[PathBuf],
    settings: &Settings,
) -> Result<report::Info, Error> {
    list(paths, settings, true)
}

fn list(paths: &[PathBuf], settings: &Settings, descriptions: bool) -> Result<report::Info, Error> {
    let store = Store::files();
    let found = index_inputs(&store, paths)?;
    let frames = Frames::from_objects(&found.objects.iter().collect::<Vec<_>>());
    let mut obstacles = Vec::new();
    let mut sets = Vec::new();
    let mut in_frames = Vec::new();
    let mut plan = planned::planned(&found);
    let aliases = &settings.aliases;
    let mut read = Vec::new();
    for path in dicom_structures(&found) {
        let kind = source::kind_of(&store, &found, &path);
        match structures::read(&store, &path, kind, aliases) {
            Ok((set, _)) => {
                plan.refer(&found, set.kind, &set.path, "image", &set.images);
                in_frames.push((set.frame_of_reference_uid.clone(), set.kind));
                read.push(set);
            }
            Err(e) => obstacles.push(e.to_string()),
        }
    }
    let dicom = read.len();
    let looked = masks::look(&store, &source::mask_names(&found));
    obstacles.extend(looked.bad.iter().map(|(_, why)| why.to_string()));
    in_frames.extend(looked.masks.iter().map(|f| (None, f.kind.as_str())));
    let lattices = masks::lattices(looked.masks.iter());
    let mut more = Vec::from_iter(masks::empty_warning(&looked.masks));
    let table = settings.labels.as_ref();
    let masks = (looked.masks, Arc::new(looked.held));
    read.extend(structures::of_masks(&store, masks, table, aliases, &mut more));
    structures::settle_names(&mut read, &FileLabels::from_index(&found, &[], &[]), aliases);
    let of_masks = on_lattices(read.split_off(dicom), &lattices);
    sets.extend(read.into_iter().map(|set| listed_set(vec![set], &frames)));
    sets.extend(of_masks.into_iter().map(|sets| listed_set(sets, &frames)));
    let patients = found.patients();
    let drawn = found.patients_of(source::drawn_or_shown);
    if drawn > 1 {
        obstacles.push(format!(
            "images or structures of {drawn} patients; a check needs one study (a batch measures \
                 each)"
        ));
    }
    // As `check` chooses: an RTSTRUCT before a SEG before a mask that is no DICOM.
    let rank = |s: &&report::InfoSet| ["RTSTRUCT", "SEG"].iter().position(|k| *k == s.kind);
    let first = sets.iter().map(|s| rank(&s).unwrap_or(MASK)).min();
    let used: Vec<&report::InfoSet> =
        sets.iter().filter(|s| Some(rank(s).unwrap_or(MASK)) == first).collect();
    match used.as_slice() {
        [] => obstacles.push("no RTSTRUCT, SEG, NIfTI or NRRD mask that can be read".to_owned()),
        [set] => obstacles.extend(set.obstacles.iter().cloned()),
        _ if first == Some(MASK) => {
            obstacles.push(Fault::SeveralLattices { lattices }.to_string());
        }
        several => obstacles.push(format!(
            "{} {} files: say which with --structures FILE (repeat it to use several together)",
            several.len(),
            several[0].kind
        )),
    }
    Ok(report::Info {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: record::tool(),
        patients,
        other_files: found.other_files,
        series: series::listed(&found, descriptions),
        copies: series::copies(&found),
        structure_sets: sets,
        frames: planned::frames(&found, &in_frames),
        registrations: frames.links.iter().map(planned::registration).collect(),
        registrations_unusable: {
            frames.unusable.iter().map(|why| plain(why).into_owned()).collect()
        },
        doses: plan.doses,
        plans: plan.plans,
        references: plan.references,
        can_be_checked: obstacles.is_empty(),
        obstacles: obstacles.iter().map(|o| plain(o).into_owned()).collect(),
        warnings: {
            let unusable = unusable_images(&store, &found);
            let of_files = found.warnings_with_paths();
            let all = of_files.iter().chain(&plan.warnings).chain(&more).chain(&unusable);
            all.map(record::warning).collect()
        },
    })
}

/// Image series that pictures cannot be drawn on; a check measures without them.
fn unusable_images(store: &Store, found: &Index) -> Vec<Warning> {
    let images = found.series().into_iter().filter(|s| s.kind.is_image());
    let why = images.filter_map(|s| Some((unusable(store, &s)?, s.series_instance_uid)));
    let told = |(why, uid): (String, String)| {
        let message = format!("images cannot be drawn: {why}; gaps are measured without them");
        Warning::new(IMAGES_UNUSABLE, message, uid)
    };
    why.map(told).collect()
}

/// DICOM files that hold structures.
fn dicom_structures(found: &Index) -> Vec<PathBuf> {
    let of_dicom = |o: &&Object| matches!(o.kind, Kind::RtStruct | Kind::Seg);
    found.objects.iter().filter(of_dicom).map(|o| o.path.clone()).collect()
}

/// Masks by the lattices that they lie on. Those without voxels go with the first.
fn on_lattices(sets: Vec<Set>, lattices: &[Lattice]) -> Vec<Vec<Set>> {
    let mut out: Vec<Vec<Set>> = lattices.iter().map(|_| Vec::new()).collect();
    if out.is_empty() && !sets.is_empty() {
        out.push(Vec::new());
    }
    for set in sets {
        let place = lattices.iter().position(|l| l.files.contains(&set.path)).unwrap_or(0);
        out[place].push(set);
    }
    out
}

/// The files of one set.
fn listed_set(sets: Vec<Set>, frames: &Frames) -> report::InfoSet {
    let mut warnings: Vec<_> = sets.iter().flat_map(|s| &s.warnings).map(record::warning).collect();
    let paths: Vec<&Path> = sets.iter().map(|s| s.path.as_path()).collect();
    let path = match paths.as_slice() {
        [only] => only.to_path_buf(),
        several => masks::common_folder(several.iter().copied()),
    };
    let kind = sets.first().map_or("", |s| s.kind).to_owned();
    let sop_instance_uid = sets.first().and_then(|s| s.sop_instance_uid.clone());
    let drawn: Vec<Drawn> = sets.into_iter().flat_map(|s| s.drawn).collect();
    let faults = drawn.iter().filter_map(|d| d.fault.as_ref());
    warnings.extend(faults.map(|f| record::warning(&structures::unreadable(f))));
    warnings.extend(drawn.iter().flat_map(|d| &d.structure.warnings).map(record::warning));
    report::InfoSet {
        path: plain(&path.display().to_string()).into_owned(),
        kind,
        sop_instance_uid,
        obstacles: stands_in_the_way(&drawn, frames),
        structures: drawn.iter().map(listed).collect(),
        warnings,
    }
}

/// Why the structures of one set cannot be checked as they are.
fn stands_in_the_way(drawn: &[Drawn], links: &Frames) -> Vec<String> {
    let candidates: Vec<Candidate<'_>> = drawn.iter().map(Drawn::candidate).collect();
    let mut out = Vec::new();
    let mut frames: Vec<Option<&str>> = Vec::new();
    for (role, flag) in
        [(Role::Tumour, Some("--tumour")), (Role::Cord, Some("--cord")), (Role::ThecalSac, None)]
    {
        match (select(role, &candidates, &[]), flag) {
            (Ok(found), Some(flag)) if found.structures.is_empty() => {
                out.push(format!(
                    "no structure was recognised as {role}: name it with {flag} NAME"
                ));
            }
            (Ok(found), _) => frames.extend(
                found
                    .structures
                    .iter()
                    .map(|s| drawn[s.0].structure.frame_of_reference_uid.as_deref()),
            ),
            (Err(e), _) => out.push(e.to_string()),
        }
    }
    if frames.windows(2).any(|w| !links.connects(w[0], w[1])) {
        let message = "tumour, cord and sac lie in different frames of reference, and no \
                       registration here leads from one to the other";
        out.push(message.to_owned());
    }
    out
}

fn listed(drawn: &Drawn) -> report::InfoStructure {
    let s = &drawn.structure;
    let planes = planes_mm(&s.contours);
    let mut steps: Vec<f64> = planes.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    report::InfoStructure {
        name: s.name.clone(),
        role: record::words::role(s.role),
        role_from: record::words::role_source(s.role_from),
        interpreted_type: s.interpreted_type.clone(),
        contours: s.contours.len(),
        planes: Some(drawn.mask.as_ref().map_or(planes.len(), Masked::planes)),
        voxels: drawn.mask.as_ref().and_then(Masked::voxels),
        plane_spacing_mm: steps.get(steps.len().saturating_sub(1) / 2).copied(),
        points: s.contours.iter().map(|c| c.points_mm.len()).sum(),
    }
}

/// Distinct contour positions along the normal of the first contour that has one, mm.
fn planes_mm(contours: &[Contour]) -> Vec<f64> {
    let normal = contours.iter().find_map(|c| c.normal());
    let Some(normal) = normal else { return Vec::new() };
    let mut at: Vec<f64> = contours
        .iter()
        .filter_map(|c| c.points_mm.first())
        .map(|p| p.coords.dot(&normal))
        .filter(|w| w.is_finite())
        .collect();
    at.sort_by(f64::total_cmp);
    at.dedup_by(|b, a| *b - *a < SAME_PLANE_MM);
    at
}
