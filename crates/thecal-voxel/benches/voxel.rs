//! Every operation over sizes and threads. Throughput is in voxels; multiply by the bytes a voxel
//! that `docs/performance.md` gives for each.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nalgebra::{Isometry3, Vector3};
use std::hint::black_box;
use thecal_geom::Point3;
use thecal_voxel::{
    Border, Components, Cone, Grid, Interpolation, Mask, Neighbours, Obstacles, Tool, Volume,
    coverage, edt, isosurface, margin,
};

const SIZES: [[usize; 3]; 5] = [[64; 3], [128; 3], [256; 3], [512, 512, 100], [512, 512, 300]];

/// A tube that winds through all slices, like a cord.
fn cord(size: [usize; 3]) -> Mask {
    let grid = Grid::axis_aligned(Point3::origin(), [0.9766, 0.9766, 2.0], size).expect("a grid");
    let [x, y, r] = [0.5 * size[0] as f64, 0.55 * size[1] as f64, size[0] as f64 / 80.0 + 2.0];
    Volume::from_fn(grid, |[i, j, k]| {
        let z = k as f64;
        let off =
            [i as f64 - x - 2.0 * r * (z / 60.0).sin(), j as f64 - y - 3.0 * r * (z / 80.0).sin()];
        off[0].hypot(off[1]) < r
    })
}

fn bench(c: &mut Criterion) {
    for size in SIZES {
        let mask = cord(size);
        let band = edt::signed_band_mm(&mask, 12.0, Border::Open).expect("a band");
        let turned = Isometry3::new(Vector3::new(1.3, -0.7, 0.4), Vector3::new(0.05, -0.02, 0.03));
        let obstacles = Obstacles::new(&band, 12.0).expect("obstacles");
        let targets = band.map(|d| (1.0..3.0).contains(d));
        let cone = Cone { axis: Vector3::y_axis(), half_angle_deg: 80.0 };
        let directions = cone.directions(15.0).expect("directions");
        let tool = Tool { radius_mm: 1.5, length_mm: 60.0, tip_mm: 3.0 };
        type Work<'a> = (&'a str, usize, Box<dyn Fn() + Sync + 'a>);
        let works: Vec<Work<'_>> = vec![
            (
                "distance",
                mask.grid().len(),
                Box::new(|| {
                    black_box(edt::distance_mm(&mask).ok());
                }),
            ),
            (
                "signed",
                mask.grid().len(),
                Box::new(|| {
                    black_box(edt::signed_distance_mm(&mask, Border::Open).ok());
                }),
            ),
            (
                "band",
                mask.grid().len(),
                Box::new(|| {
                    black_box(edt::band_mm(&mask, 10.0).ok());
                }),
            ),
            (
                "components",
                mask.grid().len(),
                Box::new(|| {
                    black_box(Components::from_mask(&mask, Neighbours::Corners));
                }),
            ),
            (
                "margin",
                band.grid().len(),
                Box::new(|| {
                    black_box(margin::level_with_margin(&band, 2.0).ok());
                }),
            ),
            (
                "coverage",
                band.grid().len(),
                Box::new(|| {
                    black_box(coverage(&band));
                }),
            ),
            (
                "isosurface",
                band.grid().len(),
                Box::new(|| {
                    black_box(isosurface(&band));
                }),
            ),
            (
                "resampling",
                band.grid().len(),
                Box::new(|| {
                    let how = Interpolation::Linear;
                    black_box(band.resampled(*band.grid(), &turned, how, f32::INFINITY));
                }),
            ),
            // Every voxel near the cord, from half a space of directions.
            (
                "visibility",
                targets.values().iter().filter(|t| **t).count(),
                Box::new(|| {
                    black_box(obstacles.reachable(&targets, &directions, &tool).ok());
                }),
            ),
        ];
        for (name, voxels, work) in &works {
            let mut group = c.benchmark_group(*name);
            group.sample_size(10).throughput(Throughput::Elements(*voxels as u64));
            for threads in [1, 2] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let pool = pool.expect("a pool");
                let label = format!("{}x{}x{}", size[0], size[1], size[2]);
                group.bench_function(BenchmarkId::new(label, threads), |b| {
                    b.iter(|| pool.install(work));
                });
            }
            group.finish();
        }
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
