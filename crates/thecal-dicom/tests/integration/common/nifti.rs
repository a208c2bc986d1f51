//! Just enough of NIfTI-1 to compare with: the other program's answer on the same slices.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use thecal_geom::Point3;

pub(crate) struct Nifti {
    pub(crate) size: [usize; 4],
    /// Rows of the matrix from index to RAS mm.
    rows: [[f32; 4]; 3],
    values: Vec<f64>,
}

impl Nifti {
    pub(crate) fn read(path: &Path) -> Self {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).expect("a file");
        GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
        let word = |at: usize| i16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let float = |at: usize| f32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"));
        assert_eq!(bytes[0], 92, "not NIfTI-1, little endian");
        let dim = |i: usize| usize::try_from(word(40 + 2 * i)).expect("a size").max(1);
        let size = [dim(1), dim(2), dim(3), if word(40) > 3 { dim(4) } else { 1 }];
        assert!(word(254) > 0, "no sform");
        let rows = [280, 296, 312].map(|at| [0, 4, 8, 12].map(|i| float(at + i)));
        let (start, count) = (float(108) as usize, size.iter().product());
        let body = &bytes[start..];
        let mut values: Vec<f64> = match word(70) {
            2 => body.iter().map(|&b| b.into()).collect(),
            4 => body.as_chunks().0.iter().map(|&w| i16::from_le_bytes(w).into()).collect(),
            512 => body.as_chunks().0.iter().map(|&w| u16::from_le_bytes(w).into()).collect(),
            16 => body.as_chunks().0.iter().map(|&w| f32::from_le_bytes(w).into()).collect(),
            64 => body.as_chunks().0.iter().map(|&w| f64::from_le_bytes(w)).collect(),
            other => panic!("data type {other}"),
        };
        values.truncate(count);
        assert_eq!(values.len(), count);
        let (slope, intercept) = (f64::from(float(112)), f64::from(float(116)));
        if slope != 0.0 && slope.is_finite() {
            values.iter_mut().for_each(|v| *v = *v * slope + intercept);
        }
        Self { size, rows, values }
    }

    /// Centre of a voxel, LPS mm.
    pub(crate) fn lps_mm(&self, voxel: [usize; 3]) -> Point3 {
        let along = |row: [f32; 4]| -> f64 {
            (0..3).map(|a| f64::from(row[a]) * voxel[a] as f64).sum::<f64>() + f64::from(row[3])
        };
        let [x, y, z] = self.rows.map(along);
        Point3::new(-x, -y, z)
    }

    pub(crate) fn value(&self, [i, j, k]: [usize; 3], volume: usize) -> f64 {
        let [nx, ny, nz, _] = self.size;
        self.values[((volume * nz + k) * ny + j) * nx + i]
    }
}
