//! Times contours to a 0.5 mm signed distance field round the cord: cord, sac and tumour of a study
//! of 300 slices of 1 mm, single shot, on the threads given (2).

use std::error::Error;
use std::f64::consts::TAU;
use std::io::Write;
use std::time::Instant;
use thecal_geom::{Contour, ContourKind, Point3};
use thecal_mask::{EndRule, Solid};
use thecal_voxel::Grid;

fn tube(slices: std::ops::Range<i32>, radius_mm: impl Fn(f64) -> f64, x_mm: f64) -> Vec<Contour> {
    slices
        .map(|k| {
            let z = f64::from(k);
            let (cx, cy) = (x_mm + 15.0 * (z / 60.0).sin(), 20.0 * (z / 80.0).sin());
            let r = radius_mm(z);
            let at = |i: i32| TAU * f64::from(i) / 80.0;
            let points_mm = (0..80)
                .map(|i| Point3::new(cx + r * at(i).cos(), cy + r * at(i).sin(), z))
                .collect();
            Contour { number: k as usize, kind: ContourKind::ClosedPlanar, points_mm }
        })
        .collect()
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let threads = std::env::args().nth(1).map_or(Ok(2), |t| t.parse())?;
    let structures = [
        tube(0..300, |_| 6.0, 0.0),
        tube(0..300, |_| 8.5, 0.0),
        tube(120..160, |z| (400.0 - (z - 140.0).powi(2)).max(4.0).sqrt(), 22.0),
    ];
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    pool.install(|| {
        let start = Instant::now();
        let solids = structures
            .iter()
            .map(|c| Solid::from_contours(c, EndRule::HalfSlice, 1.0))
            .collect::<Result<Vec<_>, _>>()?;
        let read = start.elapsed();
        // Round the cord where the tumour is, wide enough for a margin of 5 mm.
        let (lo, hi) = solids[2].bounds();
        let (cord_lo, cord_hi) = solids[0].bounds();
        let lo = Point3::new(cord_lo.x, cord_lo.y, lo.z);
        let hi = Point3::new(cord_hi.x, cord_hi.y, hi.z);
        let grid = Grid::around(lo, hi, 5.0, 0.5, 4, 1 << 30)?;
        for s in &solids {
            s.signed_distance_on(&grid, 5.0)?;
        }
        let all = start.elapsed();
        writeln!(
            std::io::stdout(),
            "solids {:.4} s, with fields {:.4} s, {:?} voxels",
            read.as_secs_f64(),
            all.as_secs_f64(),
            grid.size()
        )?;
        Ok(())
    })
}
