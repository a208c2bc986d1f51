//! A result as files: record, tables, page, pictures and structures.

use std::io;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;
use thecal_geom::Warning;
use thecal_report::picture::Picture;
use thecal_report::scene::Scene;
use thecal_report::{Report, csv, html, json, picture};

use crate::dose_study::MeasuredDose;
use crate::error::{Error, Fault};
use crate::explain::Explained;
use crate::folder::{Part, ResultFolder};
use crate::measured::Measured;
use crate::outputs::{self, ContourPlanes, MeshOptions, result_solids};
use crate::record;
use crate::save::{failed, save};
use crate::scene::{self, drawn_of};

/// How a result is written.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// What rows of the tables are known by, where not by the structure set's UID.
    pub study: Option<String>,
    /// What the page calls the study.
    pub label: Option<String>,
    /// Planes that contours lie on.
    pub planes: ContourPlanes,
    /// How meshes are written.
    pub meshes: MeshOptions,
}

/// Writes all that a result is looked at and taken in by: structures, page and pictures, tables,
/// and at last the record. Gives what could not be written as asked for.
///
/// Images that cannot be drawn stop nothing: pictures are made without them, and the record, the
/// list of structures and the page say why.
///
/// # Errors
/// When the source cannot be read again, a solid cannot be sampled, or a file cannot be written.
///
/// # Example
/// ```
/// use thecal::{Form, Layout, ResultFolder, Settings, measure_study, write_result};
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let home = tempfile::tempdir()?;
/// let [study, result] = ["study", "result"].map(|name| home.path().join(name));
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 3.0, 2.0) };
/// write_study(&spec, &study)?;
///
/// let mut measured = measure_study(&[study], &Settings::default())?;
/// let folder = ResultFolder::begin(&result, &Layout::CHECK, || measured.files.clone())?;
/// write_result(&mut measured, &Form::default(), &folder.whole())?;
/// folder.commit()?;
/// for file in ["report.json", "report.html", "gaps.csv", "structures.dcm", "meshes/scene.glb"] {
///     assert!(result.join(file).is_file(), "{file}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_result(
    measured: &mut Measured,
    form: &Form,
    folder: &Part,
) -> Result<Vec<Warning>, Error> {
    all(measured, form, folder.path()).map_err(|e| e.placed(|path| folder.place_of(path)))
}

/// Writes page and pictures of a measured study. Gives the reasons why images could not be drawn.
///
/// # Errors
/// As [`write_report`].
pub fn write_page(
    measured: &Measured,
    folder: &ResultFolder,
    label: Option<&str>,
) -> Result<Vec<Warning>, Error> {
    let folder = folder.whole();
    write_report(measured, folder.path(), label).map_err(|e| e.placed(|path| folder.place_of(path)))
}

fn all(measured: &mut Measured, form: &Form, dir: &Path) -> Result<Vec<Warning>, Error> {
    let (scene, unusable) = drawn_of(measured);
    let solids = result_solids(measured)?;
    let written =
        outputs::write(measured, &solids, form.planes, &form.meshes, dir, unusable.clone())?;
    let of_images = written.warnings.iter().filter(|w| w.code == outputs::IMAGES_UNUSABLE);
    measured.report.warnings.extend(of_images.map(record::warning));
    page(&measured.report, Some(&scene), form.label.as_deref(), dir)?;
    tables(&measured.report, form.study.as_deref(), dir)?;
    record(&measured.report, dir)?;
    let told = |w: &Warning| w.code != outputs::IMAGES_UNUSABLE;
    Ok(written.warnings.into_iter().filter(told).collect())
}

/// Writes `report.html` and `pictures/*.png` of a measured study into a folder, which is made, with
/// the titles of the pictures and what they show in `pictures/captions.json`. Gives the reasons why
/// images could not be drawn.
///
/// An earlier result in the folder is not looked at: see [`ResultFolder`].
///
/// # Errors
/// When a file cannot be written. Pictures that cannot be made for want of a structure or an image
/// are left out, and the report says why.
pub fn write_report(
    measured: &Measured,
    dir: &Path,
    label: Option<&str>,
) -> Result<Vec<Warning>, Error> {
    let (scene, unusable) = drawn_of(measured);
    page(&measured.report, Some(&scene), label, dir)?;
    Ok(unusable)
}

/// Writes dose figures: their record, tables and pictures. Pictures of the dose on the study need that
/// it was measured.
///
/// # Errors
/// When a file cannot be written.
pub fn write_dvh(found: &MeasuredDose, folder: &ResultFolder) -> Result<(), Error> {
    let folder = folder.whole();
    dvh(found, folder.path()).map_err(|e| e.placed(|path| folder.place_of(path)))
}

fn dvh(found: &MeasuredDose, dir: &Path) -> Result<(), Error> {
    let MeasuredDose { report: found, study: drawn_on } = found;
    let dose = &found.dose;
    // A UID names no patient.
    let study = dose.inputs.first().and_then(|i| i.sop_instance_uid.as_deref()).unwrap_or("study");
    let texts = [
        ("dvh.csv", csv::dvh_csv(study, dose)),
        ("dvh_curves.csv", csv::dvh_curves_csv(study, dose)),
    ];
    for (name, text) in texts {
        let path = dir.join(name);
        let text = text.map_err(|e| failed(&path, io::Error::other(e)))?;
        save(&path, text.as_bytes())?;
    }
    let scene = drawn_on.as_ref().map(scene::of_dose);
    let drawn = picture::dose_pictures(dose, scene.as_ref());
    if !drawn.is_empty() {
        pictures(&drawn, dir)?;
    }
    let path = dir.join("dvh.json");
    let text = json::to_json(found).map_err(|e| failed(&path, e.into()))?;
    save(&path, text.as_bytes())
}

/// Writes a study under the conventions of other programs: its record, its table, and a picture of each
/// kind of convention where it differs most.
///
/// # Errors
/// When a file cannot be written.
pub fn write_explained(found: &Explained, folder: &ResultFolder) -> Result<(), Error> {
    let folder = folder.whole();
    explained(found, folder.path()).map_err(|e| e.placed(|path| folder.place_of(path)))
}

fn explained(found: &Explained, dir: &Path) -> Result<(), Error> {
    let report = &found.report;
    // The structure set's UID names no patient.
    let uid = report.inputs.first().and_then(|i| i.sop_instance_uid.as_deref());
    let path = dir.join("explain.csv");
    let text = csv::explain_csv(uid.unwrap_or("study"), report);
    let text = text.map_err(|e| failed(&path, io::Error::other(e)))?;
    save(&path, text.as_bytes())?;
    pictures(&picture::convention_pictures(&scene::of_explained(found)), dir)?;
    let path = dir.join("explain.json");
    let text = json::to_json(report).map_err(|e| failed(&path, e.into()))?;
    save(&path, text.as_bytes())
}

/// Writes the report that a record gives by itself, without the study's files: no slices, no map
/// of the cord and no surfaces, which the report says.
///
/// # Errors
/// When a file cannot be written.
pub fn write_record(
    report: &Report,
    folder: &ResultFolder,
    label: Option<&str>,
) -> Result<(), Error> {
    let folder = folder.whole();
    page(report, None, label, folder.path()).map_err(|e| e.placed(|path| folder.place_of(path)))
}

/// Writes `report.json`.
pub(crate) fn record(report: &Report, dir: &Path) -> Result<(), Error> {
    let path = dir.join("report.json");
    let text = json::to_json(report).map_err(|e| failed(&path, e.into()))?;
    save(&path, text.as_bytes())
}

fn tables(report: &Report, study: Option<&str>, dir: &Path) -> Result<(), Error> {
    // The structure set's UID names no patient.
    let uid = report.inputs.first().and_then(|i| i.sop_instance_uid.as_deref());
    let study = study.or(uid).unwrap_or("study");
    let texts = [
        ("gaps.csv", csv::gaps_csv(study, report)),
        ("profile.csv", csv::profile_csv(study, report)),
    ];
    for (name, text) in texts {
        let path = dir.join(name);
        let text = text.map_err(|e| failed(&path, io::Error::other(e)))?;
        save(&path, text.as_bytes())?;
    }
    Ok(())
}

/// What a picture shows, for those who do not see it.
#[derive(Serialize)]
struct Caption<'a> {
    file: String,
    title: &'a str,
    alt: &'a str,
    /// The phase after that it is of; none for the study as it is.
    phase: Option<&'a str>,
}

impl<'a> Caption<'a> {
    fn from_picture(p: &'a Picture) -> Self {
        let file = format!("{}.png", p.name);
        Self { file, title: &p.title, alt: &p.alt, phase: p.scenario.as_deref() }
    }
}

fn page(
    report: &Report,
    scene: Option<&Scene>,
    label: Option<&str>,
    dir: &Path,
) -> Result<(), Error> {
    pictures(&picture::pictures(report, scene), dir)?;
    let text = html::html(report, scene, label).map_err(Fault::Html)?;
    save(&dir.join("report.html"), text.as_bytes())
}

/// Writes pictures, with the list of what they show.
fn pictures(drawn: &[Picture], dir: &Path) -> Result<(), Error> {
    let pictures = dir.join("pictures");
    std::fs::create_dir_all(&pictures).map_err(|e| failed(&pictures, e))?;
    let captions: Vec<Caption<'_>> = drawn.iter().map(Caption::from_picture).collect();
    let list = pictures.join("captions.json");
    let text = json::to_json(&captions).map_err(|e| failed(&list, e.into()))?;
    save(&list, text.as_bytes())?;
    drawn.par_iter().try_for_each(|p| {
        let png = p.png().map_err(|source| Fault::Picture { name: p.name.clone(), source })?;
        save(&pictures.join(format!("{}.png", p.name)), &png)
    })
}
