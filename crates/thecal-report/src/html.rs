//! The report as one page that opens offline.

use crate::Report;
use crate::scene::Scene;

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HtmlError {
    /// The template failed, which is a fault of this crate.
    #[error("the page could not be made: {0}")]
    Template(#[from] minijinja::Error),
}

/// The page.
///
/// # Errors
/// As [`HtmlError`] says.
pub fn html(_report: &Report, _scene: Option<&Scene>) -> Result<String, HtmlError> {
    Ok(String::new())
}
