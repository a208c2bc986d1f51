//! How a volume is spread by clock position.

use thecal_margin::Centreline;
use thecal_voxel::Volume;

/// The volume of the covered parts of voxels by clock position about a line, twelve sectors from anterior, cc;
/// a voxel belongs to the sector of its centre.
pub(crate) fn sectors_cc(part: &Volume<f32>, line: &Centreline) -> [f64; 12] {
    let grid = part.grid();
    let [nx, ny, _] = grid.size();
    let voxel_cc = grid.voxel_mm3() / 1000.0;
    let mut sectors_cc = [0.0; 12];
    for (at, v) in part.values().iter().enumerate().filter(|(_, v)| **v > 0.0) {
        let p = grid.centre_mm([at % nx, at / nx % ny, at / (nx * ny)]);
        let clock_deg = line.nearest(p).clock_deg(p);
        sectors_cc[(clock_deg / 30.0) as usize % 12] += f64::from(*v) * voxel_cc;
    }
    sectors_cc
}
