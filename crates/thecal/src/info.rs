//! What is in a folder, and whether it can be measured.

use std::path::PathBuf;

use thecal_dicom::index::{Kind, index};
use thecal_dicom::read::read_rtstruct;
use thecal_geom::Contour;
use thecal_mask::Structure;
use thecal_mask::role::{Aliases, Candidate, Role, select};
use thecal_report as report;

use crate::error::Error;
use crate::record;
use crate::source::{self, Drawn};

/// Contours within this distance along z of each other are counted as one plane.
const SAME_PLANE_MM: f64 = 0.05;

/// Lists what is in `paths`: series, structure sets with the roles of their structures, and what
/// stands in the way of a check.
///
/// # Errors
/// When a path cannot be searched. A structure set that cannot be read is listed with the reason.
pub fn info(paths: &[PathBuf], aliases: &Aliases) -> Result<report::Info, Error> {
    let found = index(paths)?;
    let mut obstacles = Vec::new();
    let mut sets = Vec::new();
    for object in found.objects.iter().filter(|o| o.kind == Kind::RtStruct) {
        match read_rtstruct(&object.path) {
            Ok(set) => {
                let sop_instance_uid = set.sop_instance_uid.clone();
                let mut warnings: Vec<_> = set.warnings.iter().map(record::warning).collect();
                let drawn = source::drawn(set, aliases);
                warnings.extend(
                    drawn
                        .iter()
                        .filter_map(|d| d.fault.as_ref())
                        .map(|f| record::warning(&source::unreadable(f))),
                );
                warnings
                    .extend(drawn.iter().flat_map(|d| &d.structure.warnings).map(record::warning));
                sets.push(report::InfoSet {
                    path: object.path.display().to_string(),
                    sop_instance_uid,
                    obstacles: stands_in_the_way(&drawn),
                    structures: drawn.iter().map(|d| listed(&d.structure)).collect(),
                    warnings,
                });
            }
            Err(e) => obstacles.push(e.to_string()),
        }
    }
    let patients = found.patients();
    if patients > 1 {
        obstacles.push(format!("files of {patients} patients: check takes one study at a time"));
    }
    match sets.len() {
        0 => obstacles.push("no RTSTRUCT that can be read".to_owned()),
        1 => {}
        n => obstacles.push(format!("{n} RTSTRUCT: say which with --structures FILE")),
    }
    if let [set] = sets.as_slice() {
        obstacles.extend(set.obstacles.iter().cloned());
    }
    Ok(report::Info {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: record::tool(),
        patients,
        other_files: found.other_files,
        series: found
            .series()
            .into_iter()
            .map(|s| report::InfoSeries {
                kind: s.kind.as_str().to_owned(),
                series_instance_uid: s.series_instance_uid.clone(),
                frame_of_reference_uid: s.frame_of_reference_uid.clone(),
                files: s.files.len(),
            })
            .collect(),
        structure_sets: sets,
        can_be_checked: obstacles.is_empty(),
        obstacles,
        warnings: found.warnings.iter().map(record::warning).collect(),
    })
}

/// Why the structures of one set cannot be checked as they are.
fn stands_in_the_way(drawn: &[Drawn]) -> Vec<String> {
    let candidates: Vec<Candidate<'_>> = drawn.iter().map(Drawn::candidate).collect();
    let mut out = Vec::new();
    let mut frames: Vec<Option<&str>> = Vec::new();
    for (role, flag) in
        [(Role::Tumour, Some("--tumour")), (Role::Cord, Some("--cord")), (Role::ThecalSac, None)]
    {
        match (select(role, &candidates, &[]), flag) {
            (Ok(found), Some(flag)) if found.structures.is_empty() => {
                out.push(format!("no structure reads as {role}: name it with {flag} NAME"));
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
    if frames.windows(2).any(|w| w[0] != w[1]) {
        out.push("tumour, cord and sac lie in different frames of reference".to_owned());
    }
    out
}

fn listed(s: &Structure) -> report::InfoStructure {
    let planes = planes_mm(&s.contours);
    let mut steps: Vec<f64> = planes.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    report::InfoStructure {
        name: s.name.clone(),
        role: s.role.as_str().to_owned(),
        role_from: s.role_from.as_str().to_owned(),
        interpreted_type: s.interpreted_type.clone(),
        contours: s.contours.len(),
        planes: planes.len(),
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
