//! One piece of work on a small fixed input, for counting its instructions: see
//! `benches/instructions.sh`. The argument names the work; without one the names are listed.
//!
//! Everything runs on the main thread, so that `callgrind --toggle-collect` sees all of it.

use nalgebra::Unit;
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use thecal_geom::{Point3, Vector3};
use thecal_voxel::{
    Border, Components, Cone, Grid, Margins, Mask, Nearest, Neighbours, Obstacles, Tool, Volume,
    coverage, edt, isosurface, level_of_mask, margin,
};

type Failure = Box<dyn Error + Send + Sync>;

const NAMES: [&str; 15] = [
    "distance_cord",
    "distance_body",
    "distance_noise",
    "signed_body",
    "band_cord",
    "nearest_body",
    "components_cord",
    "components_noise",
    "components_sparse",
    "level_of_mask",
    "coverage",
    "isosurface",
    "margin",
    "margins",
    "visibility",
];

fn grid() -> Result<Grid, Failure> {
    Ok(Grid::axis_aligned(Point3::origin(), [0.9766, 0.9766, 2.0], [64; 3])?)
}

/// A tube through all slices.
fn cord(grid: Grid) -> Mask {
    Volume::from_fn(grid, |[i, j, k]| {
        let z = k as f64;
        (i as f64 - 30.0 - 8.0 * (z / 20.0).sin()).hypot(j as f64 - 33.0) < 5.5
    })
}

/// An oval with a hole.
fn body(grid: Grid) -> Mask {
    Volume::from_fn(grid, |[i, j, k]| {
        let (x, y, z) = (i as f64 - 32.0, j as f64 - 32.0, k as f64 - 32.0);
        (x / 28.0).hypot(y / 18.0) < 1.0 && (x - 9.0).hypot(y).hypot(z) > 8.0
    })
}

/// One voxel in `2^bits`, at random.
fn noise(grid: Grid, bits: u32) -> Mask {
    let mut state = 1_u64;
    let mut out = Mask::filled(grid, false);
    for v in out.values_mut() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *v = state >> (64 - bits) == 0;
    }
    out
}

fn ball() -> Result<Volume<f32>, Failure> {
    let half = Point3::new(-15.6, -15.7, -15.4);
    let grid = Grid::axis_aligned(half, [0.5; 3], [64; 3])?;
    Ok(Volume::from_fn(grid, |v| (grid.centre_mm(v).coords.norm() - 9.0) as f32))
}

/// The name by which the tool knows what to count.
#[inline(never)]
fn counted_work<T>(work: impl FnOnce() -> T) -> T {
    black_box(black_box(work)())
}

fn run(name: &str) -> Result<(), Failure> {
    let grid = grid()?;
    match name {
        "distance_cord" | "distance_body" | "distance_noise" => {
            let mask = match name {
                "distance_cord" => cord(grid),
                "distance_body" => body(grid),
                _ => noise(grid, 1),
            };
            counted_work(|| edt::distance_mm(&mask))?;
        }
        "signed_body" => {
            let mask = body(grid);
            counted_work(|| edt::signed_distance_mm(&mask, Border::Background))?;
        }
        "band_cord" => {
            let mask = cord(grid);
            counted_work(|| edt::band_mm(&mask, 10.0))?;
        }
        "nearest_body" => {
            let mask = body(grid);
            counted_work(|| Nearest::from_mask(&mask))?;
        }
        "components_cord" | "components_noise" | "components_sparse" => {
            let mask = match name {
                "components_cord" => cord(grid),
                "components_noise" => noise(grid, 1),
                _ => noise(grid, 6),
            };
            counted_work(|| Components::from_mask(&mask, Neighbours::Corners));
        }
        "level_of_mask" => {
            let mask = cord(grid);
            counted_work(|| level_of_mask(&mask))?;
        }
        "coverage" => {
            let level = ball()?;
            counted_work(|| coverage(&level));
        }
        "isosurface" => {
            let level = ball()?;
            counted_work(|| isosurface(&level));
        }
        "margin" => {
            let level = ball()?;
            counted_work(|| margin::level_with_margin(&level, 2.0))?;
        }
        "margins" => {
            let level = ball()?;
            let m = Margins { left_mm: 2.0, superior_mm: 1.0, ..Margins::default() };
            counted_work(|| margin::level_with_margins(&level, &m))?;
        }
        "visibility" => {
            let distance = edt::distance_mm(&cord(grid))?;
            let targets = noise(grid, 6);
            let axis = Unit::new_normalize(Vector3::new(0.0, -1.0, 0.1));
            let directions = Cone { axis, half_angle_deg: 40.0 }.directions(10.0)?;
            let tool = Tool { radius_mm: 1.5, tip_mm: 4.0, length_mm: 60.0 };
            let obstacles = Obstacles::new(&distance, f64::INFINITY)?;
            counted_work(|| obstacles.open_directions(&targets, &directions, &tool))?;
        }
        _ => return Err(format!("unknown work {name}; one of {NAMES:?} is needed").into()),
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    if let Some(name) = std::env::args().nth(1) {
        return run(&name);
    }
    writeln!(std::io::stdout(), "{}", NAMES.join("\n"))?;
    Ok(())
}
