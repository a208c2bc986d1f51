//! A label map as NIfTI-1.1 (<https://nifti.nimh.nih.gov/nifti-1>), one uncompressed file.

use super::study::LabelMap;

const HEADER: usize = 352;

/// The bytes of the file. Places are stated by the sform, in RAS: x and y change their signs.
pub(super) fn bytes(map: &LabelMap) -> Vec<u8> {
    let mut head = vec![0_u8; HEADER];
    let mut put = |at: usize, value: &[u8]| head[at..at + value.len()].copy_from_slice(value);
    let shorts = |values: &[i16]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let floats =
        |values: &[f64]| values.iter().flat_map(|v| (*v as f32).to_le_bytes()).collect::<Vec<u8>>();
    let size = map.size.map(|n| i16::try_from(n).unwrap_or(i16::MAX));
    let spacing = map.steps_mm.map(|s| s.iter().map(|x| x * x).sum::<f64>().sqrt());
    put(0, &348_i32.to_le_bytes());
    put(40, &shorts(&[3, size[0], size[1], size[2], 1, 1, 1, 1]));
    // Unsigned bytes.
    put(70, &shorts(&[2, 8]));
    put(76, &floats(&[1.0, spacing[0], spacing[1], spacing[2]]));
    put(108, &floats(&[HEADER as f64, 1.0, 0.0]));
    // Millimetres.
    put(123, &[2]);
    put(254, &shorts(&[1]));
    for (axis, sign) in [-1.0, -1.0, 1.0].into_iter().enumerate() {
        let row = [
            map.steps_mm[0][axis],
            map.steps_mm[1][axis],
            map.steps_mm[2][axis],
            map.origin_mm[axis],
        ];
        put(280 + 16 * axis, &floats(&row.map(|x| sign * x)));
    }
    put(344, b"n+1\0");
    head.extend_from_slice(&map.labels);
    head
}
