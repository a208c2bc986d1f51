//! The report with its pictures, as files.

use std::io;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;
use thecal_report::picture::Picture;
use thecal_report::scene::Scene;
use thecal_report::{Report, html, json, picture};

use crate::check::Measured;
use crate::error::Error;
use crate::scene::scene;
use crate::stale;

/// The list of pictures, in their folder.
const CAPTIONS: &str = "captions.json";

/// Writes `report.html` and `pictures/*.png` of a measured study into a folder, which is made, with
/// the titles of the pictures and what they show in `pictures/captions.json`. Pictures that an
/// earlier report in the same folder lists there and this one does not have are removed.
///
/// # Errors
/// When a file cannot be written. Pictures that cannot be made for want of a structure or an image
/// are left out, and the report says why.
pub fn write_report(measured: &Measured, dir: &Path) -> Result<(), Error> {
    write(&measured.report, Some(&scene(measured)), dir)
}

/// Writes the report that a record gives by itself, without the study's files: no slices, no map
/// of the cord and no surfaces, which the report says.
///
/// # Errors
/// When a file cannot be written.
pub fn write_record(report: &Report, dir: &Path) -> Result<(), Error> {
    write(report, None, dir)
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
    fn of(p: &'a Picture) -> Self {
        let file = format!("{}.png", p.name);
        Self { file, title: &p.title, alt: &p.alt, phase: p.scenario.as_deref() }
    }
}

fn write(report: &Report, scene: Option<&Scene>, dir: &Path) -> Result<(), Error> {
    let failed = |path: &Path, source: io::Error| Error::Output { path: path.to_owned(), source };
    let pictures = dir.join("pictures");
    std::fs::create_dir_all(&pictures).map_err(|e| failed(&pictures, e))?;
    let drawn = picture::pictures(report, scene);
    // The list stands before its files, so that a run that is stopped leaves none without.
    let captions: Vec<Caption<'_>> = drawn.iter().map(Caption::of).collect();
    let now: Vec<String> = captions.iter().map(|c| c.file.clone()).collect();
    let list = pictures.join(CAPTIONS);
    let earlier = stale::listed(&list, "file");
    let text = json::to_json(&captions).map_err(|e| failed(&list, e.into()))?;
    json::write_atomic(&list, text.as_bytes()).map_err(|e| failed(&list, e))?;
    stale::clear(&pictures, &earlier, &now, |name| stale::is_plain(name, &["png"], "_-"))?;
    drawn.par_iter().try_for_each(|p| {
        let path = pictures.join(format!("{}.png", p.name));
        let png = p.png().map_err(|source| Error::Picture { name: p.name.clone(), source })?;
        json::write_atomic(&path, &png).map_err(|e| failed(&path, e))
    })?;
    let text = html::html(report, scene).map_err(Error::Html)?;
    let path = dir.join("report.html");
    json::write_atomic(&path, text.as_bytes()).map_err(|e| failed(&path, e))
}
