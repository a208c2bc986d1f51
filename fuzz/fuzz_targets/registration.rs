//! Any bytes: an error that can be shown, or transforms that keep lengths and can be inverted.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_dicom::registration::read_registration_bytes;
use thecal_geom::Point3;

fuzz_target!(|bytes: &[u8]| {
    match read_registration_bytes(Path::new("fuzz"), bytes.to_vec()) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(registration) => {
            for item in &registration.items {
                let t = item.fixed_from_moving;
                let (p, q) = (Point3::new(10.0, -20.0, 30.0), Point3::new(-5.0, 7.0, 11.0));
                let far = t.translation_mm().norm().max(1.0);
                let kept = (t.apply(p) - t.apply(q)).norm() - (p - q).norm();
                assert!(kept.abs() <= 1e-9 * far);
                assert!((t.inverse().apply(t.apply(p)) - p).norm() <= 1e-9 * far);
            }
        }
    }
});
