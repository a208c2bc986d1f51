//! Any bytes: an error that can be shown, or segments whose masks lie in patient space.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_dicom::read::MAX_COORDINATE_MM;
use thecal_dicom::seg::read_segmentation_bytes;

fuzz_target!(|bytes: &[u8]| {
    match read_segmentation_bytes(Path::new("fuzz"), bytes.to_vec()) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(seg) => {
            for segment in &seg.segments {
                match seg.mask(segment.number) {
                    Err(error) => assert!(!error.to_string().is_empty()),
                    Ok(mask) => {
                        assert!(mask.slices().len() <= segment.frames);
                        for slice in mask.slices() {
                            assert_eq!(slice.values.len(), slice.size[0] * slice.size[1]);
                            assert!(slice.values.iter().any(|&v| v > 0));
                            // A frame of 65,535 pixels of 1 m is the farthest that one reaches.
                            let most = MAX_COORDINATE_MM + 2.0 * 65_535.0 * 1e3;
                            assert!(slice.first_mm.iter().all(|x| x.abs() <= most));
                        }
                    }
                }
            }
        }
    }
});
