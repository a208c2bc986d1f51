//! Times voxel work on an array that another program wrote, on request, so that programs can be
//! compared turn by turn on the same array.
//!
//! Arguments: a file of one byte per voxel, its size `nx ny nz`, its spacing `sx sy sz`.
//! Each line on standard input is `WORK THREADS [FILE]`; the answer is the seconds that it took
//! and a number to compare. With FILE the result is written there.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;
use thecal_geom::Point3;
use thecal_voxel::{Border, Components, Grid, Mask, Nearest, Neighbours, Volume, edt, isosurface};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, numbers @ ..] = args.as_slice() else { return Err("a file is needed".into()) };
    let number = |i: usize| -> Result<&String, Failure> {
        numbers.get(i).ok_or_else(|| "six numbers are needed after the file".into())
    };
    let mut size = [0; 3];
    let mut spacing = [0.0; 3];
    for a in 0..3 {
        size[a] = number(a)?.parse()?;
        spacing[a] = number(3 + a)?.parse()?;
    }
    let grid = Grid::axis_aligned(Point3::origin(), spacing, size)?;
    let bytes = std::fs::read(file)?;
    let mut mask = Mask::filled(grid, false);
    if bytes.len() != grid.len() {
        return Err(format!("{} bytes for {} voxels", bytes.len(), grid.len()).into());
    }
    for (m, b) in mask.values_mut().iter_mut().zip(&bytes) {
        *m = *b != 0;
    }
    drop(bytes);
    let mut out = std::io::stdout();
    let mut kept = None;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let [work, threads, rest @ ..] = words.as_slice() else { break };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.parse()?).build()?;
        let (seconds, number) =
            pool.install(|| run(work, &mask, rest.first().copied(), &mut kept))?;
        writeln!(out, "{seconds:.6} {number}")?;
        out.flush()?;
    }
    Ok(())
}

fn run(
    work: &str,
    mask: &Mask,
    file: Option<&str>,
    kept: &mut Option<Volume<f32>>,
) -> Result<(f64, f64), Failure> {
    if work == "distance_into" {
        // Into memory that is in use already.
        let kept = kept.get_or_insert_with(|| Volume::filled(*mask.grid(), 1.0));
        let start = Instant::now();
        edt::distance_mm_into(mask, kept)?;
        return Ok((start.elapsed().as_secs_f64(), 0.0));
    }
    if work == "isosurface" {
        // The level is made once and not timed: the other programs are given it too.
        let level = edt::signed_distance_mm(mask, Border::Open)?;
        let start = Instant::now();
        let mesh = isosurface(&level);
        return Ok((start.elapsed().as_secs_f64(), mesh.triangles.len() as f64));
    }
    let start = Instant::now();
    let neighbours = match work {
        "components6" => Some(Neighbours::Faces),
        "components18" => Some(Neighbours::Edges),
        "components26" => Some(Neighbours::Corners),
        _ => None,
    };
    if let Some(n) = neighbours {
        let found = Components::from_mask(mask, n);
        return Ok((start.elapsed().as_secs_f64(), found.parts.len() as f64));
    }
    let volume: Volume<f32> = match work {
        "distance" => edt::distance_mm(mask)?,
        "squared" => edt::squared_distance_mm2(mask)?,
        "signed" => edt::signed_distance_mm(mask, Border::Open)?,
        "band" => edt::band_mm(mask, 10.0)?,
        "nearest" => Nearest::from_mask(mask)?.distance_mm,
        _ => return Err(format!("unknown work {work}").into()),
    };
    let seconds = start.elapsed().as_secs_f64();
    if let Some(file) = file {
        let bytes: Vec<u8> = volume.values().iter().flat_map(|v| v.to_le_bytes()).collect();
        std::fs::write(file, bytes)?;
    }
    Ok((seconds, volume.values().iter().map(|&v| f64::from(v)).fold(0.0, f64::max)))
}
