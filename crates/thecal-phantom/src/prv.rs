//! Studies with a cord and a planning organ at risk volume (PRV) whose fault, or lack of one, is known.
//!
//! The cord is a tube of elliptic sections that leans, bends and changes its size. Its PRV is drawn where its
//! surface is: at the points whose distance from the cord's own surface, sampled densely, is the margin. No
//! solid of the programs that are tested takes part.

mod cord;
mod draw;
mod spec;

pub use spec::{PrvFault, PrvMaking, PrvSpec};

use std::path::Path;

use thecal_dicom::write::write_rtstruct;

use crate::error::Error;
use crate::files::fingerprint;
use crate::random::Stream;
use crate::structure_set::{roi, without_images};

/// Writes `RS.dcm` with `SpinalCord`, its PRV by name (`SpinalCord_PRV02`), `GTV` and `PTV`, and the
/// specification as `truth.json`.
///
/// The bytes are the same for the same specification.
///
/// # Errors
/// The specification describes no phantom, or a file cannot be written.
///
/// # Example
/// ```
/// use thecal_phantom::{PrvFault, PrvSpec, write_prv_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PrvSpec::random(7, 2.0, 2.0, PrvFault::Small);
/// assert_eq!((spec.named_mm, spec.drawn_mm), (2.0, 1.5));
/// write_prv_study(&spec, folder.path())?;
/// assert!(folder.path().join("RS.dcm").is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_prv_study(spec: &PrvSpec, out_dir: &Path) -> Result<(), Error> {
    spec.check()?;
    let drawn = draw::drawn(spec);
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    std::fs::create_dir_all(out_dir).map_err(io(out_dir))?;
    let uids = &mut Stream::new(spec.seed ^ fingerprint(spec)?, 31);
    let drawn = [
        ("SpinalCord", "ORGAN", [255, 255, 0], drawn.cord),
        (&spec.name(), "AVOIDANCE", [0, 255, 0], drawn.prv),
        ("GTV", "GTV", [255, 0, 0], drawn.gtv),
        ("PTV", "PTV", [0, 0, 255], drawn.ptv),
    ];
    let rois = drawn.map(|(name, of, colour, contours)| roi(name, of, "MANUAL", colour, contours));
    let patient_id = format!("PHANTOM{}", spec.seed);
    let set = without_images(patient_id, "Phantom^Prv", uids, spec.decimals, rois.into());
    write_rtstruct(&out_dir.join("RS.dcm"), &set)?;
    let path = out_dir.join("truth.json");
    let mut text = serde_json::to_string_pretty(spec)?;
    text.push('\n');
    std::fs::write(&path, text).map_err(io(&path))
}
