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
            let lattice = &dose.head.lattice;
            assert_eq!(dose.values.len(), lattice.size.iter().product());
            assert!(dose.values.iter().all(|v| v.is_finite()));
            assert_eq!(lattice.planes_mm.len(), lattice.size[2]);
            assert!(lattice.planes_mm.windows(2).all(|w| w[0] < w[1]));
            assert!(dose.doubts().iter().all(|d| !d.warning.message.is_empty()));
        }
    }
    if let Err(error) = read_plan_bytes(Path::new("fuzz"), bytes.to_vec()) {
        assert!(!error.to_string().is_empty());
    }
});
