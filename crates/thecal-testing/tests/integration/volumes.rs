//! NIfTI-1 files written byte by byte.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use thecal_voxel::Grid;

/// A file of NIfTI-1 on a grid, with its sform.
pub(crate) struct Nifti {
    head: Vec<u8>,
    extension: Vec<u8>,
}

fn shorts(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

impl Nifti {
    pub(crate) fn new(grid: &Grid) -> Self {
        let mut head = vec![0_u8; 348];
        let mut put = |at: usize, value: &[u8]| head[at..at + value.len()].copy_from_slice(value);
        put(0, &348_i32.to_le_bytes());
        let [nx, ny, nz] = grid.size().map(|n| n as i16);
        put(40, &shorts(&[3, nx, ny, nz, 1, 1, 1, 1]));
        let [x, y, z] = grid.spacing_mm().map(|s| s as f32);
        put(76, &floats(&[1.0, x, y, z]));
        put(123, &[2]);
        put(254, &shorts(&[1]));
        // LPS to RAS.
        let steps = grid.patient_from_index_matrix();
        for (row, sign) in [(0, -1.0), (1, -1.0), (2, 1.0)] {
            let of = |k: usize| (sign * steps[(row, k)]) as f32;
            let origin = (sign * grid.origin_mm()[row]) as f32;
            put(280 + 16 * row, &floats(&[of(0), of(1), of(2), origin]));
        }
        put(344, b"n+1\0");
        Self { head, extension: Vec::new() }
    }

    /// With an extension of the header, under the code 0 as TotalSegmentator writes it.
    pub(crate) fn with_extension(mut self, content: &str) -> Self {
        let mut content = content.as_bytes().to_vec();
        content.resize((content.len() + 8).next_multiple_of(16) - 8, 0);
        let size = (content.len() + 8) as i32;
        self.extension = [size.to_le_bytes().to_vec(), vec![0; 4], content].concat();
        self
    }

    /// Bytes as voxels.
    pub(crate) fn file(self, path: &Path, voxels: &[u8]) {
        self.written(path, 2, 8, voxels);
    }

    /// Signed whole numbers of 16 bits as voxels.
    pub(crate) fn file_of_shorts(self, path: &Path, voxels: &[i16]) {
        self.written(path, 4, 16, &shorts(voxels));
    }

    fn written(mut self, path: &Path, datatype: i16, bits: i16, voxels: &[u8]) {
        self.head[70..74].copy_from_slice(&shorts(&[datatype, bits]));
        let offset = 352 + self.extension.len();
        self.head[108..120].copy_from_slice(&floats(&[offset as f32, 1.0, 0.0]));
        let flag = [u8::from(!self.extension.is_empty()), 0, 0, 0];
        let file = File::create(path).expect("a file");
        let mut out = GzEncoder::new(file, Compression::fast());
        for part in [&self.head, &flag[..], &self.extension, voxels] {
            out.write_all(part).expect("written");
        }
        out.finish().expect("written");
    }
}

/// The table of names that TotalSegmentator writes into the header of its label maps
/// (`totalsegmentator/nifti_ext_header.py`).
pub(crate) fn caret<'a>(names: impl Iterator<Item = (&'a i32, &'a String)>) -> String {
    let label = |(key, name): (&i32, &String)| {
        format!("<Label Key=\"{key}\" Red=\"1.0\" Alpha=\"1\"><![CDATA[{name}]]></Label>\n")
    };
    let labels: String = names.map(label).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?> <CaretExtension> <VolumeInformation \
         Index=\"0\"> <LabelTable>\n{labels}\n </LabelTable> </VolumeInformation></CaretExtension>\n"
    )
}
