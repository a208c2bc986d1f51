//! The report with its pictures, as files.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thecal_report::scene::Scene;
use thecal_report::{Report, html, json, picture};

use crate::check::Measured;
use crate::error::Error;
use crate::scene::scene;

/// Writes `report.html` and `pictures/*.png` of a measured study into a folder, which is made.
/// `paths` are those that the study was measured from; images are taken from there.
///
/// # Errors
/// When a file cannot be written. Pictures that cannot be made for want of a structure or an image
/// are left out, and the report says why.
pub fn write_report(measured: &Measured, paths: &[PathBuf], dir: &Path) -> Result<(), Error> {
    write(&measured.report, Some(&scene(measured, paths)), dir)
}

/// Writes the report that a record gives by itself, without the study's files: no slices, no map
/// of the cord and no surfaces, which the report says.
///
/// # Errors
/// When a file cannot be written.
pub fn write_record(report: &Report, dir: &Path) -> Result<(), Error> {
    write(report, None, dir)
}

fn write(report: &Report, scene: Option<&Scene>, dir: &Path) -> Result<(), Error> {
    let failed = |path: &Path, source: io::Error| Error::Output { path: path.to_owned(), source };
    let pictures = dir.join("pictures");
    std::fs::create_dir_all(&pictures).map_err(|e| failed(&pictures, e))?;
    let drawn = picture::pictures(report, scene);
    drawn.par_iter().try_for_each(|p| {
        let path = pictures.join(format!("{}.png", p.name));
        let png = p.png().map_err(|source| Error::Picture { name: p.name.clone(), source })?;
        json::write_atomic(&path, &png).map_err(|e| failed(&path, e))
    })?;
    let text = html::html(report, scene).map_err(Error::Html)?;
    let path = dir.join("report.html");
    json::write_atomic(&path, text.as_bytes()).map_err(|e| failed(&path, e))
}
