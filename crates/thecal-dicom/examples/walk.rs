//! One file by `dicom-object` and by this crate's own walk: what comes out, and how long.
//!
//!     cargo run --release -p thecal-dicom --example walk -- library|here FILE
#![allow(clippy::print_stdout, reason = "prints a line")]
#![allow(clippy::disallowed_methods, reason = "looks at the library as it is")]

use std::path::Path;
use std::time::Instant;

use dicom_core::Tag;
use thecal_dicom::read::{Source, read_rtstruct};

const SETS: Tag = Tag(0x3006, 0x0039);
const CONTOURS: Tag = Tag(0x3006, 0x0040);
const DATA: Tag = Tag(0x3006, 0x0050);

/// All coordinates, as `dicom-object` gives them.
fn library(path: &Path) -> Result<(usize, f64), String> {
    let object = dicom_object::open_file(path).map_err(|e| e.to_string())?;
    let (mut count, mut largest) = (0, 0.0_f64);
    let Ok(sets) = object.element(SETS) else { return Ok((0, 0.0)) };
    for set in sets.items().unwrap_or_default() {
        let Ok(contours) = set.element(CONTOURS) else { continue };
        for contour in contours.items().unwrap_or_default() {
            let Ok(data) = contour.element(DATA) else { continue };
            let numbers = data.to_multi_float64().map_err(|e| e.to_string())?;
            count += numbers.len();
            largest = numbers.iter().fold(largest, |m, x| m.max(x.abs()));
        }
    }
    Ok((count, largest))
}

fn here(path: &Path) -> Result<(usize, f64), String> {
    let source = Source::open(path).map_err(|e| e.to_string())?;
    source.data_set().map_err(|e| e.to_string())?;
    let Ok(set) = read_rtstruct(path) else { return Ok((0, 0.0)) };
    let contours = set.rois.iter().flat_map(|r| r.contours.iter().flatten());
    let points = contours.flat_map(|c| &c.points_mm).flat_map(|p| p.iter());
    Ok(points.fold((0, 0.0_f64), |(n, m), x| (n + 1, m.max(x.abs()))))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, file] = arguments.as_slice() else {
        println!("walk library|here FILE");
        return;
    };
    let start = Instant::now();
    let found = if way == "library" { library(Path::new(file)) } else { here(Path::new(file)) };
    let ms = 1e3 * start.elapsed().as_secs_f64();
    match found {
        Ok((count, largest)) => println!("{count} numbers, largest {largest:.1}, {ms:.0} ms"),
        Err(e) => println!("refused: {} ({ms:.0} ms)", e.chars().take(100).collect::<String>()),
    }
}
