//! Any bytes that do not begin like NRRD: an error that can be shown, or labels with voxels.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_mask::file::read_mask_bytes;

fuzz_target!(|bytes: &[u8]| {
    let start = std::time::Instant::now();
    if bytes.starts_with(b"NRRD") {
        return;
    }
    match read_mask_bytes(Path::new("fuzz.nii"), bytes) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(file) => {
            for label in file.labels.iter().take(8) {
                let mask = file.mask(label);
                if file.graded {
                    continue;
                }
                // A file without a label stands for one structure that is not drawn.
                let found = mask.map_or(0, |mask| {
                    let set = mask.slices().iter().flat_map(|s| &s.values);
                    set.filter(|&&v| v > 0).count()
                });
                assert_eq!(found, label.voxels);
            }
        }
    }
    // With the sanitizer, on a busy machine.
    assert!(start.elapsed().as_secs() < 8, "{:?} for {} bytes", start.elapsed(), bytes.len());
});
