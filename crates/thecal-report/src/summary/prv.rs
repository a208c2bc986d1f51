//! Drawn PRVs in the terminal's text.

use anstyle::AnsiColor;

use super::{Paint, wrap};
use crate::text::capital;
use crate::{PrvRecord, Verdict};

/// Two sentences for each: what is wrong with it or not, and its figures.
pub(super) fn prvs(records: &[PrvRecord], paint: &Paint) -> String {
    let mut out = String::new();
    if records.is_empty() {
        return out;
    }
    out.push_str("\nPRVs\n");
    // What is too small first.
    let (short, others): (Vec<&PrvRecord>, Vec<&PrvRecord>) =
        records.iter().partition(|r| r.is_short());
    for record in short.into_iter().chain(others) {
        let (word, colour) = match record.verdict {
            Some(Verdict::Pass) => ("pass", AnsiColor::Green),
            Some(Verdict::Fail) => ("fail", AnsiColor::Red),
            Some(Verdict::Indeterminate) => ("undetermined", AnsiColor::Yellow),
            None => ("no verdict", AnsiColor::White),
        };
        let text = format!(
            "{} ({}): {word}. {}. {}.",
            record.structure,
            record.meant(),
            capital(&record.told()),
            capital(&record.figures())
        );
        let mut lines = String::new();
        wrap(&mut lines, "  ", "    ", &text);
        let marked = format!(": {}.", paint.with(colour, word));
        out.push_str(&lines.replacen(&format!(": {word}."), &marked, 1));
        if let Some(reason) = &record.reason {
            wrap(&mut out, "    ", "    ", reason);
        }
    }
    out
}
