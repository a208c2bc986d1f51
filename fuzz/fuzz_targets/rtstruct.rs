//! Any bytes: an error that can be shown, or a structure set in which every number is usable.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use thecal_dicom::read::{BEFORE_PIXELS, MAX_COORDINATE_MM, Source, read_rtstruct_bytes};

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("fuzz");
    if let Ok(source) = Source::from_bytes(path, bytes.to_vec())
        && let Ok(whole) = source.data_set()
    {
        let head = source.data_set_until(BEFORE_PIXELS).expect("less than the whole");
        assert_eq!(head.elements(), &whole.elements()[..head.elements().len()]);
    }
    match read_rtstruct_bytes(path, bytes.to_vec()) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(set) => {
            for roi in &set.rois {
                match &roi.contours {
                    Err(fault) => assert!(!fault.to_string().is_empty()),
                    Ok(contours) => {
                        for contour in contours {
                            assert!(!contour.points_mm.is_empty() && contour.number > 0);
                            for x in contour.points_mm.iter().flat_map(|p| p.iter()) {
                                assert!(x.abs() <= MAX_COORDINATE_MM);
                            }
                        }
                        assert!(contours.windows(2).all(|pair| pair[0].number < pair[1].number));
                    }
                }
            }
        }
    }
});
