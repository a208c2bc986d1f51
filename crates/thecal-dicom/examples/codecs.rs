//! One frame of each file by this crate and by `dicom-pixeldata` alone: equal or not, and how long.
//!
//!     cargo run --release -p thecal-dicom --example codecs -- FILE...
#![allow(clippy::print_stdout, reason = "prints a table")]
#![allow(clippy::disallowed_methods, reason = "compares with the library as it is")]

use std::path::PathBuf;
use std::time::Instant;

use dicom_pixeldata::PixelDecoder;
use thecal_dicom::pixels::Pixels;
use thecal_dicom::read::Source;

const TURNS: usize = 15;

/// The least time of several turns, ms, and what they gave.
fn timed<T>(mut turn: impl FnMut() -> T) -> (f64, T) {
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..TURNS {
        let start = Instant::now();
        let made = turn();
        best = best.min(1e3 * start.elapsed().as_secs_f64());
        last = Some(made);
    }
    (best, last.expect("a turn"))
}

fn main() {
    // The library's panics are part of the comparison, not of the output.
    std::panic::set_hook(Box::new(|_| {}));
    println!("| syntax | here ms | dicom-pixeldata ms | equal |\n|---|---|---|---|");
    for path in std::env::args().skip(1).map(PathBuf::from) {
        let source = Source::open(&path).expect("a file");
        let data = source.data_set().expect("a data set");
        let syntax = source.transfer_syntax().unwrap_or("none").to_owned();
        let pixels = Pixels::new(&data, source.transfer_syntax());
        let (ours_ms, ours) = timed(|| match &pixels {
            Ok(pixels) => pixels.frame(0).map(|f| f.into_owned()).map_err(|e| e.to_string()),
            Err(e) => Err(e.to_string()),
        });
        let object = dicom_object::open_file(&path).map_err(|e| e.to_string());
        let (theirs_ms, theirs) = timed(|| {
            let decode = || match &object {
                Ok(object) => object
                    .decode_pixel_data_frame(0)
                    .map(|d| d.data().to_vec())
                    .map_err(|e| e.to_string()),
                Err(e) => Err(e.clone()),
            };
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode))
                .unwrap_or_else(|_| Err("panic".to_owned()))
        });
        let equal = match (&ours, &theirs) {
            (Ok(a), Ok(b)) => {
                if a == b {
                    "yes".to_owned()
                } else {
                    "no".to_owned()
                }
            }
            (Err(a), _) => format!("here: {}", a.chars().take(60).collect::<String>()),
            (_, Err(b)) => format!("library: {b}"),
        };
        println!("| {syntax} | {ours_ms:.2} | {theirs_ms:.2} | {equal} |");
    }
}
