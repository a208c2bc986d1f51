//! Any bytes after the magic word of NRRD: an error that can be shown, or labels on a lattice.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_mask::file::read_mask_bytes;

fuzz_target!(|bytes: &[u8]| {
    let start = std::time::Instant::now();
    let bytes = [b"NRRD0004\n", bytes].concat();
    match read_mask_bytes(Path::new("fuzz.nrrd"), &bytes) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(file) => {
            for label in file.labels.iter().take(8).filter(|l| l.voxels > 0 && !file.graded) {
                let mask = file.mask(label).expect("a label that was found has voxels");
                let set = mask.slices().iter().flat_map(|s| &s.values);
                assert_eq!(set.filter(|&&v| v > 0).count(), label.voxels);
            }
        }
    }
    // With the sanitizer, on a busy machine.
    assert!(start.elapsed().as_secs() < 8, "{:?} for {} bytes", start.elapsed(), bytes.len());
});
