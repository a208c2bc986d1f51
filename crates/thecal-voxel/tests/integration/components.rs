//! Components, booleans and holes against a plain flood fill and shapes that are known.

use proptest::prelude::*;
use thecal_geom::Point3;
use thecal_voxel::{Components, Grid, Mask, Neighbours, Volume};

fn grid(size: [usize; 3]) -> Grid {
    Grid::axis_aligned(Point3::origin(), [0.5, 0.5, 2.0], size).expect("a valid grid")
}

fn reaches(n: Neighbours) -> i32 {
    match n {
        Neighbours::Faces => 1,
        Neighbours::Edges => 2,
        Neighbours::Corners => 3,
    }
}

/// Labels by flooding, in memory order of the first voxel.
fn flood(mask: &Mask, n: Neighbours) -> Volume<u32> {
    let mut labels = mask.map(|_| 0_u32);
    let [nx, ny, nz] = mask.grid().size();
    let index = |v: [i64; 3]| (v[2] as usize * ny + v[1] as usize) * nx + v[0] as usize;
    let mut next = 0;
    for at in 0..mask.values().len() {
        if !mask.values()[at] || labels.values()[at] != 0 {
            continue;
        }
        next += 1;
        labels.values_mut()[at] = next;
        let mut front = vec![[(at % nx) as i64, (at / nx % ny) as i64, (at / (nx * ny)) as i64]];
        while let Some(v) = front.pop() {
            for d in 0..27_i64 {
                let s = [d % 3 - 1, d / 3 % 3 - 1, d / 9 - 1];
                let w = [v[0] + s[0], v[1] + s[1], v[2] + s[2]];
                let inside = w.iter().zip([nx, ny, nz]).all(|(&x, n)| x >= 0 && x < n as i64);
                if s.iter().map(|x| x.abs() as i32).sum::<i32>() <= reaches(n)
                    && inside
                    && mask.values()[index(w)]
                    && labels.values()[index(w)] == 0
                {
                    labels.values_mut()[index(w)] = next;
                    front.push(w);
                }
            }
        }
    }
    labels
}

proptest! {
    #[test]
    fn equal_to_a_flood(
        size in (1_usize..90, 1_usize..12, 1_usize..40),
        bits in prop::collection::vec(any::<u64>(), 64),
        sparse in 0_u32..3,
        n in prop::sample::select(vec![Neighbours::Faces, Neighbours::Edges, Neighbours::Corners]),
    ) {
        let mask = Volume::from_fn(grid([size.0, size.1, size.2]), |[i, j, k]| {
            let h = bits[(i + 7 * j + 31 * k) % 64].rotate_left((i * 5 + j * 3 + k) as u32);
            (0..=sparse).all(|s| h >> (s * 9) & 1 == 1)
        });
        let found = Components::from_mask(&mask, n);
        prop_assert_eq!(&found.labels, &flood(&mask, n));
        for (part, label) in found.parts.iter().zip(1..) {
            let one = found.labels.map(|&l| l == label);
            prop_assert_eq!(part.voxels, one.count());
            prop_assert_eq!(Some(part.bounds), one.bounds());
            prop_assert!((part.volume_cc - one.volume_cc()).abs() < 1e-12);
        }
        for threads in [1, 2, 3, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            prop_assert_eq!(&found, &pool.install(|| Components::from_mask(&mask, n)));
        }
    }
}

#[test]
fn a_shell_is_filled_and_a_tube_only_slice_by_slice() {
    let g = grid([21, 21, 21]);
    let r2 =
        |[i, j, k]: [usize; 3]| [i, j, k].iter().map(|&x| (x as f64 - 10.0).powi(2)).sum::<f64>();
    let ball = Volume::from_fn(g, |v| r2(v) < 64.0);
    let core = Volume::from_fn(g, |v| r2(v) < 25.0);
    let shell = ball.difference(&core).unwrap();
    assert_eq!(shell.union(&core).unwrap(), ball);
    assert_eq!(shell.intersection(&core).unwrap().count(), 0);
    assert_eq!(shell.holes_filled(None), ball);
    assert_eq!(shell.holes_filled(Some(0.1 * core.volume_cc())), shell);
    let tube = Volume::from_fn(g, |[i, j, _]| (16.0..64.0).contains(&r2([i, j, 10])));
    assert_eq!(tube.holes_filled(None), tube);
    let rod = Volume::from_fn(g, |[i, j, _]| r2([i, j, 10]) < 64.0);
    assert_eq!(tube.holes_filled_per_slice(), rod);
    assert_eq!(Components::from_mask(&shell, Neighbours::Faces).largest().unwrap().0, 1);
}
