//! One structure of a study as a solid.

use std::path::PathBuf;

use thecal_mask::Solid;
use thecal_mask::role::{Role, select};
use thecal_report::text::plain;
use thecal_store::Store;

use crate::error::{Error, Fault};
use crate::settings::Settings;
use crate::shaped::shaped;
use crate::source;

/// The solid of one structure of a study, in the frame of reference that it is drawn in. Of the settings
/// those count that say which file is meant, how its structures are named, and where solids end.
///
/// # Errors
/// When there is no such study or no such structure, its name fits several, or it bounds no solid.
///
/// # Example
/// ```
/// use thecal::{Settings, solid};
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 1.0, 2.0) };
/// write_study(&spec, folder.path())?;
/// let paths = [folder.path().to_owned()];
/// let cord = solid(&paths, "SpinalCord", &Settings::default())?;
/// assert!(cord.volume_cc() > 1.0);
/// let missing = solid(&paths, "NoSuchName", &Settings::default()).unwrap_err();
/// assert!(missing.to_string().contains("SpinalCord"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solid(paths: &[PathBuf], name: &str, settings: &Settings) -> Result<Solid, Error> {
    let source = source::open(&Store::files(), paths, settings)?;
    let meant = plain(source.name_meant(name));
    // Of a cord there is one only, so that a name that fits several is refused.
    let found = select(Role::Cord, &source.candidates(), &[&meant])
        .map_err(|fault| source.selection_error(fault))?;
    let mut structures = Vec::new();
    for (place, _) in found.structures {
        structures.push(source.drawn[place].loaded()?);
    }
    let built = shaped(&structures, settings.ends).into_iter().next();
    let nothing = || {
        let files = source.files.len();
        Fault::NothingFound { place: meant.into_owned(), files, damaged: Vec::new() }.into()
    };
    Ok(built.unwrap_or_else(|| Err(nothing()))?.solid)
}
