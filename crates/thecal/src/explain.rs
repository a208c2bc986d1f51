//! The same study under the conventions of other programs.

mod doses;
mod drawn;
mod grid;
mod record;

use std::path::PathBuf;

use thecal_conventions as conventions;
use thecal_geom::Point3;
use thecal_margin::{Gap, PairKind};
use thecal_report as report;
use thecal_store::Store;

use crate::check::measure_source;
use crate::dose;
use crate::error::Error;
use crate::measured::Measured;
use crate::part_role::PartRole;
use crate::record as records;
use crate::settings::Settings;
use crate::source;
use drawn::DrawnParts;
use grid::MaskGrid;

/// A study under the conventions of other programs, with what its pictures are drawn from.
#[derive(Debug)]
#[non_exhaustive]
pub struct Explained {
    /// Ours and theirs.
    pub report: report::ExplainReport,
    /// The study as we measure it.
    pub study: Measured,
    #[cfg_attr(not(feature = "pictures"), expect(dead_code, reason = "pictures need it"))]
    pub(crate) parts: DrawnParts,
    #[cfg_attr(not(feature = "pictures"), expect(dead_code, reason = "pictures need it"))]
    pub(crate) grid: Option<MaskGrid>,
}

/// Gaps, volumes and doses of the study in `paths` under the conventions of other programs, each beside
/// ours. `grid_mm` asks for masks on pixels of that size on the contour planes, in place of the grid of
/// the images.
///
/// # Errors
/// As [`check`](crate::check()). What a convention cannot give is no error: the report says why.
///
/// # Example
/// ```
/// use thecal::{Settings, explain};
/// use thecal_phantom::{PhantomSpec, ShapeKind, write_study};
///
/// let folder = tempfile::tempdir()?;
/// let spec = PhantomSpec { ct: false, ..PhantomSpec::random(7, ShapeKind::Sphere, 1.0, 2.0) };
/// write_study(&spec, folder.path())?;
///
/// // Without images masks are made on pixels of 1 mm.
/// let explained = explain(&[folder.path().to_owned()], &Settings::default(), Some(1.0))?;
/// let pair = &explained.report.pairs[0];
/// let centres = &pair.conventions[0];
/// assert_eq!(centres.convention.as_str(), "pixel_centres");
/// assert!((centres.gap_mm.expect("a gap") - 2.0).abs() < 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(
    paths: &[PathBuf],
    settings: &Settings,
    grid_mm: Option<f64>,
) -> Result<Explained, Error> {
    let source = source::open(&Store::files(), paths, settings)?;
    let plain = Settings { dose: None, separation: None, ..settings.clone() };
    let study = measure_source(&source, &plain)?;
    let parts = DrawnParts::from_source(&source, &plain, &study)?;
    let mut warnings = study.report.warnings.clone();
    let (grid, said) = grid::grid(&source, &study, &parts, grid_mm);
    warnings.extend(said.iter().map(records::warning));
    let pairs = study.report.phases.first().map_or(&[][..], |p| &p.pairs);
    let pairs = pairs.iter().map(|pair| of_pair(pair, &parts, grid.as_ref())).collect();
    let dosed = dose::figures_of_accepted(&source, settings, study.fixed.as_ref())?;
    warnings.extend(dosed.warnings.iter().map(records::warning));
    let structures = parts
        .all()
        .map(|part| {
            let dose = doses::of_structure(&part, &dosed);
            record::structure(&part, grid.as_ref(), dose)
        })
        .collect();
    let report = report::ExplainReport {
        schema_version: report::SCHEMA_VERSION.to_owned(),
        tool: records::tool(),
        space: "LPS".to_owned(),
        inputs: study.report.inputs.clone(),
        parameters: study.report.parameters.clone(),
        grid: grid.as_ref().map(MaskGrid::record),
        pairs,
        structures,
        warnings,
    };
    Ok(Explained { report, study, parts, grid })
}

/// A pair of the record under all conventions.
fn of_pair(
    pair: &report::PairRecord,
    parts: &DrawnParts,
    grid: Option<&MaskGrid>,
) -> report::ExplainPair {
    let mut out = record::pair(pair);
    let (Some(gap_mm), Some(closest), Some(grid)) = (pair.gap_mm, &pair.closest, grid) else {
        return out;
    };
    let (kind, roles) = match pair.pair {
        report::PairKind::TumourCord => (PairKind::TumourCord, [PartRole::Tumour, PartRole::Cord]),
        report::PairKind::TumourSac => {
            (PairKind::TumourSac, [PartRole::Tumour, PartRole::ThecalSac])
        }
        report::PairKind::CordSac => (PairKind::CordSac, [PartRole::Cord, PartRole::ThecalSac]),
    };
    let found = parts.find(roles[0], &pair.a).zip(parts.find(roles[1], &pair.b));
    let Some((a, b)) = found else { return out };
    let ours = Gap { gap_mm, a_mm: Point3::from(closest.a_mm), b_mm: Point3::from(closest.b_mm) };
    let both = conventions::Pair { a: a.drawn, b: b.drawn, arrangement: kind.arrangement(), ours };
    let reference = if kind == PairKind::CordSac { a.drawn.solid } else { b.drawn.solid };
    let own = [pair.gap_lower_mm, pair.gap_upper_mm];
    let others = conventions::gaps(&both, &grid.grid);
    out.conventions =
        others.into_iter().map(|other| record::gap(other, gap_mm, own, kind, reference)).collect();
    out
}
