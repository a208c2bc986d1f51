//! Solids that are measured together.

use std::ffi::OsString;
use std::sync::Arc;

use pyo3::prelude::*;
use thecal::{Part, PartRole, Parts};
use thecal_report::json;

use crate::errors::Fault;
use crate::solid::Solid;
use crate::work::interruptible;

/// The part that a solid plays.
fn part_role(name: &str) -> Result<PartRole, Fault> {
    Ok(match name {
        "tumour" => PartRole::Tumour,
        "cord" => PartRole::Cord,
        "thecal_sac" => PartRole::ThecalSac,
        "canal" => PartRole::Canal,
        "ctv" => PartRole::Ctv,
        "vertebra" => PartRole::Vertebra,
        "keep_out" => PartRole::KeepOut,
        _ => return Err(Fault::argument(format!("part {name:?} is not known"))),
    })
}

/// What each approach left of a tumour: approach, tumour, residual, removed, removed cc.
type Left = (String, String, Option<Py<Solid>>, Option<Py<Solid>>, f64);

#[pyfunction]
pub(crate) fn measure(
    py: Python<'_>,
    parts: Vec<(String, String, Bound<'_, Solid>)>,
    options: Vec<OsString>,
) -> PyResult<(String, Vec<Left>)> {
    let mut all = Parts::default();
    for (role, name, solid) in parts {
        let role = part_role(&role).map_err(|fault| fault.raised(py))?;
        let solid = thecal_mask::Solid::clone(&solid.get().0);
        all.add(role, Part { name, solid });
    }
    let (text, left) = interruptible(py, move || {
        let settings = thecal_cli::record::settings(options)?;
        let measured = thecal::measure(all, &settings)?;
        let text = json::to_json(&measured.report())
            .map_err(|e| Fault::Internal(format!("the record cannot be written: {e}")))?;
        let mut left = Vec::new();
        for r in measured.residuals() {
            let removed = r.removed()?;
            let (approach, tumour) = (r.approach.clone(), r.tumour.clone());
            left.push((approach, tumour, r.solid.clone(), removed, r.removed_cc()));
        }
        Ok((text, left))
    })?;
    let held =
        |s: Option<thecal_mask::Solid>| s.map(|s| Py::new(py, Solid(Arc::new(s)))).transpose();
    let left = left.into_iter().map(|(approach, tumour, residual, removed, cc)| {
        Ok((approach, tumour, held(residual)?, held(removed)?, cc))
    });
    Ok((text, left.collect::<PyResult<_>>()?))
}
