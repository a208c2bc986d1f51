//! Mask files written byte by byte: NIfTI and NRRD of the same few voxels.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use thecal_mask::file::{MaskFile, MaskFileError, read_mask_bytes};

pub(crate) const SIZE: [usize; 3] = [3, 4, 5];

/// Voxels of the size above: label 7 at [1, 2, 3], label 60 at [2, 0, 4].
pub(crate) fn voxels() -> Vec<u8> {
    let mut out = vec![0; 60];
    out[1 + 3 * (2 + 4 * 3)] = 7;
    out[2 + 3 * (4 * 4)] = 60;
    out
}

pub(crate) struct Nifti {
    pub(crate) bytes: Vec<u8>,
    big: bool,
}

impl Nifti {
    pub(crate) fn new(big: bool, datatype: i16) -> Self {
        let mut n = Self { bytes: vec![0; 352], big };
        n.put(0, &348_i32.to_le_bytes());
        n.shorts(40, &[3, 3, 4, 5, 1, 1, 1, 1]);
        n.shorts(70, &[datatype]);
        n.floats(76, &[1.0, 0.5, 2.0, 3.0]);
        n.floats(108, &[352.0, 1.0, 0.0]);
        n.bytes[123] = 2;
        n.bytes[344..348].copy_from_slice(b"n+1\0");
        n
    }

    fn put(&mut self, at: usize, little: &[u8]) {
        let mut value = little.to_vec();
        if self.big {
            value.reverse();
        }
        self.bytes[at..at + value.len()].copy_from_slice(&value);
    }

    pub(crate) fn shorts(&mut self, at: usize, values: &[i16]) {
        values.iter().enumerate().for_each(|(k, v)| self.put(at + 2 * k, &v.to_le_bytes()));
    }

    pub(crate) fn floats(&mut self, at: usize, values: &[f32]) {
        values.iter().enumerate().for_each(|(k, v)| self.put(at + 4 * k, &v.to_le_bytes()));
    }

    /// i to inferior (0.5 mm), j to right (2 mm), k to anterior (3 mm), in RAS.
    pub(crate) fn with_sform(mut self) -> Self {
        self.shorts(254, &[1]);
        self.floats(280, &[0.0, 2.0, 0.0, 10.0]);
        self.floats(296, &[0.0, 0.0, 3.0, 20.0]);
        self.floats(312, &[-0.5, 0.0, 0.0, 30.0]);
        self
    }

    pub(crate) fn file(self, voxels: &[u8]) -> Vec<u8> {
        [self.bytes, voxels.to_vec()].concat()
    }
}

pub(crate) fn nrrd(fields: &str, data: &[u8]) -> Vec<u8> {
    [format!("NRRD0004\n# comment\n{fields}\n\n").as_bytes(), data].concat()
}

pub(crate) const RAS: &str = "type: uchar\ndimension: 3\nspace: right-anterior-superior\nsizes: 3 4 5\n\
    space directions: (0,0,-0.5) (2,0,0) (0,3,0)\nkinds: domain domain domain\n\
    space origin: (10,20,30)\nencoding: raw";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).expect("in memory");
    out.finish().expect("in memory")
}

pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<MaskFile, MaskFileError> {
    read_mask_bytes(Path::new(name), bytes)
}

/// LPS place of the only voxel of a label.
pub(crate) fn place(file: &MaskFile, value: i32) -> [f64; 3] {
    let label = file.labels.iter().find(|l| l.value == value).expect("the label");
    assert_eq!(label.voxels, 1);
    let mask = file.mask(label).expect("a mask");
    assert_eq!((mask.slices().len(), mask.slices()[0].size), (1, [1, 1]));
    mask.slices()[0].first_mm.into()
}

pub(crate) fn near(a: [f64; 3], b: [f64; 3]) -> bool {
    (0..3).all(|k| (a[k] - b[k]).abs() < 1e-5)
}

pub(crate) fn fault(result: Result<MaskFile, MaskFileError>) -> (&'static str, bool) {
    match result.expect_err("refused") {
        MaskFileError::Content { fault, .. } => (fault.field, fault.is_image),
        other => panic!("{other}"),
    }
}

pub(crate) fn codes(file: &MaskFile) -> Vec<&str> {
    file.warnings.iter().map(|w| w.code).collect()
}
