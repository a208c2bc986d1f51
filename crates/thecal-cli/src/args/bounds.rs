//! What options, and the keys of `thecal.toml` that stand for them, may be. What is wrong is told with
//! what was expected.

/// Tumour within this distance is taken, mm.
pub(crate) fn amount(amount_mm: f64) -> Result<f64, &'static str> {
    let good = amount_mm > 0.0 && amount_mm <= 30.0;
    if good { Ok(amount_mm) } else { Err("a length above 0 and at most 30 mm") }
}

/// Studies at a time.
pub(crate) fn jobs(jobs: usize) -> Result<usize, &'static str> {
    if (1..=1024).contains(&jobs) { Ok(jobs) } else { Err("1 to 1024") }
}

/// Time that a study may take, s.
pub(crate) fn timeout(timeout_s: f64) -> Result<f64, &'static str> {
    if timeout_s > 0.0 && timeout_s < 1e9 { Ok(timeout_s) } else { Err("seconds above 0") }
}
