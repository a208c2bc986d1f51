//! Any bytes: an error that can be shown, or a grid with a finite dose in every voxel.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_dicom::dose::read_dose_bytes;
use thecal_dicom::plan::read_plan_bytes;

fuzz_target!(|bytes: &[u8]| {
    match read_dose_bytes(Path::new("fuzz"), bytes.to_vec()) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(dose) => {
            let [rows, columns, planes] = dose.head.size;
            assert_eq!(dose.volume.values().len(), rows * columns * planes);
            assert_eq!(dose.head.offsets_mm.len(), planes);
        }
    }
    if let Err(error) = read_plan_bytes(Path::new("fuzz"), bytes.to_vec()) {
        assert!(!error.to_string().is_empty());
    }
});
