//! Lists the regions of a structure set: `cargo run --release --example rtstruct_summary FILE`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of a structure set")?;
    let start = Instant::now();
    let set = thecal_dicom::read::read_rtstruct(Path::new(&path))?;
    let elapsed_ms = start.elapsed().as_secs_f64() * 1e3;
    for roi in &set.rois {
        let meaning = roi.interpreted_type.as_deref().unwrap_or("-");
        match &roi.contours {
            Ok(contours) => {
                let points: usize = contours.iter().map(|c| c.points_mm.len()).sum();
                println!("{}\t{meaning}\t{} contours\t{points} points", roi.name, contours.len());
            }
            Err(fault) => println!("{}\t{meaning}\t{fault}", roi.name),
        }
    }
    for warning in &set.warnings {
        println!("{} {}: {}", warning.code, warning.place, warning.message);
    }
    println!("read in {elapsed_ms:.1} ms");
    Ok(())
}
