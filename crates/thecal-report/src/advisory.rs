//! When a verdict is advisory, in words.

use crate::{Headline, Report, Role};

/// `advisory: an algorithm drew "spinal_cord"; check its contours first`; none where nothing that
/// the verdict rests on is known to be drawn by one.
pub(crate) fn advisory(report: &Report) -> Option<String> {
    const MOST: usize = 3;
    if report.headline == Headline::NotAssessable {
        return None;
    }
    let after = report.comparison.iter().flat_map(|c| &c.structures_after);
    let decide = report.structures.iter().chain(after).filter(|s| {
        s.drawn_by_algorithm.is_some()
            && matches!(s.role, Role::Cord | Role::ThecalSac | Role::Tumour)
    });
    let mut names: Vec<String> = decide.map(|s| format!("\"{}\"", s.name)).collect();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let more = match names.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.truncate(MOST);
    let names = names.join(", ");
    Some(format!(
        "advisory until somebody has checked the contours: an algorithm drew {names}{more}"
    ))
}
