//! Loads the image series in folders and prints, for each volume, its geometry and a checksum;
//! then seconds, processor seconds and peak memory. What the peer benches run.
//!
//!     load_series [--headers | --index | --bytes | --time | --frames] [--threads N] [--dump DIR] PATH...
//!
//! `--frames` decodes every frame of every file, series or not, and says how each went.
//! `--time` loads and stops, so that processor time and memory are those of the load. `--dump` writes the values of each volume, little endian, i fastest, with a line of JSON for
//! its geometry, so that another program can compare them.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;
use thecal_dicom::image::{ImageVolume, Stack, Voxels, read_series, stacks};
use thecal_dicom::index::index;
use thecal_dicom::pixels::{Pixels, is_panic_of_a_decoder};
use thecal_dicom::read::Source;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut paths, mut mode, mut threads) = (Vec::new(), String::from("--load"), 0);
    let mut dump = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => threads = arguments.next().unwrap_or_default().parse()?,
            "--dump" => dump = arguments.next().map(PathBuf::from),
            "--headers" | "--index" | "--bytes" | "--time" | "--frames" => mode = argument,
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let start = Instant::now();
    match mode.as_str() {
        "--index" => {
            let found = index(&paths)?;
            println!("objects {} bytes_read {}", found.objects.len(), found.bytes_read);
        }
        "--bytes" => {
            // Kept, so that each file goes to fresh memory.
            let all: Vec<_> =
                files(&paths)?.par_iter().map(std::fs::read).collect::<Result<_, _>>()?;
            println!("bytes {}", all.iter().map(Vec::len).sum::<usize>());
        }
        "--headers" => {
            let found = stacks(&files(&paths)?)?;
            found.stacks.iter().for_each(describe);
            found.refused.iter().for_each(|r| println!("refused {} {r}", r.reason.as_str()));
            println!("bytes_read {}", found.bytes_read);
        }
        "--frames" => files(&paths)?.iter().for_each(|path| frames(path)),
        "--time" => {
            let read = read_series(&files(&paths)?)?;
            println!("load_seconds {:.4}", start.elapsed().as_secs_f64());
            println!("volumes {}", read.volumes.len());
        }
        _ => {
            let read = read_series(&files(&paths)?)?;
            let seconds = start.elapsed().as_secs_f64();
            for (number, volume) in read.volumes.iter().enumerate() {
                if let Some(dir) = &dump {
                    write(volume, &dir.join(number.to_string()))?;
                }
                describe(&volume.stack);
                let kind = if matches!(volume.voxels, Voxels::I16(_)) { "i16" } else { "f32" };
                let (mut sum, mut low, mut high) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
                for (i, v) in volume.voxels.iter().enumerate() {
                    sum += v * (1 + i % 7) as f64;
                    low = v.min(low);
                    high = v.max(high);
                }
                println!("values {kind} checksum {sum:.6e} least {low} most {high}");
            }
            read.refused.iter().for_each(|r| println!("refused {} {r}", r.reason.as_str()));
            read.warnings.iter().for_each(|w| println!("warning {} {}", w.code, w.message));
            println!("load_seconds {seconds:.4}");
        }
    }
    println!("seconds {:.4}", start.elapsed().as_secs_f64());
    println!("peak_kib {} cpu_seconds {:.3}", peak_kib(), cpu_seconds());
    Ok(())
}

/// Decodes each frame of a file; a panic of a decoder is told as its frame's error alone.
fn frames(path: &Path) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|place| is_panic_of_a_decoder(place.file())) {
            usual(panic);
        }
    }));
    let each = || -> Result<(), Box<dyn Error>> {
        let source = Source::open(path)?;
        let data = source.data_set()?;
        let pixels = Pixels::new(&data, source.transfer_syntax())?;
        // A damaged file may state thousands of millions.
        for i in 0..pixels.format().frames.min(64) {
            match pixels.frame(i) {
                Ok(bytes) => {
                    let sum = bytes.iter().fold(0_u64, |s, b| s * 31 % 1_000_003 + u64::from(*b));
                    println!("frame {i} bytes {} sum {sum}", bytes.len());
                }
                Err(why) => println!("frame {i} refused {why}"),
            }
        }
        Ok(())
    };
    if let Err(why) = each() {
        println!("refused {why}");
    }
}

fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut out = Vec::new();
    for path in paths {
        if path.is_dir() {
            for entry in std::fs::read_dir(path)? {
                out.push(entry?.path());
            }
        } else {
            out.push(path.clone());
        }
    }
    out.retain(|p| p.is_file());
    out.sort();
    Ok(out)
}

fn write(volume: &ImageVolume, stem: &Path) -> Result<(), Box<dyn Error>> {
    let (kind, bytes): (_, Vec<u8>) = match &volume.voxels {
        Voxels::I16(v) => ("<i2", v.values().iter().flat_map(|v| v.to_le_bytes()).collect()),
        Voxels::F32(v) => ("<f4", v.values().iter().flat_map(|v| v.to_le_bytes()).collect()),
    };
    std::fs::write(stem.with_extension("raw"), bytes)?;
    let grid = volume.voxels.grid();
    let geometry = format!(
        "{{\"type\": \"{kind}\", \"size\": {:?}, \"spacing_mm\": {:?}, \"origin_mm\": {:?}, \
         \"axes\": {:?}, \"missing\": {:?}, \"files\": {}}}\n",
        grid.size(),
        grid.spacing_mm(),
        grid.origin_mm().coords.as_slice(),
        grid.axes().as_slice(),
        volume.stack.missing,
        volume.stack.slices.len()
    );
    std::fs::write(stem.with_extension("json"), geometry)?;
    Ok(())
}

fn describe(stack: &Stack) {
    let grid = &stack.grid;
    println!(
        "volume {} {:?} spacing {:?} origin {:?} missing {:?} split {:?}",
        stack.modality,
        grid.size(),
        grid.spacing_mm(),
        grid.origin_mm().coords.as_slice(),
        stack.missing,
        stack.split_by
    );
    println!("axes {:?}", grid.axes().as_slice());
    stack.warnings.iter().for_each(|w| println!("warning {} {}", w.code, w.message));
}

/// Peak resident memory; 0 where the system does not say.
fn peak_kib() -> u64 {
    let mut text = String::new();
    let read = std::fs::File::open("/proc/self/status").map(|mut f| f.read_to_string(&mut text));
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).filter(|_| read.is_ok());
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// User and system time of all threads; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in brackets; in hundredths of a second.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let ticks = |i: usize| rest.split_whitespace().nth(i).and_then(|t| t.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}
