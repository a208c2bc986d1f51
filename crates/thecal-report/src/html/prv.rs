//! What the page says of drawn PRVs.

use serde::Serialize;

use crate::text::capital;
use crate::{PrvRecord, Report, Verdict};

/// A PRV on the page.
#[derive(Debug, Serialize)]
pub(super) struct PrvRow<'a> {
    prv: &'a PrvRecord,
    meant: String,
    told: String,
    tone: &'static str,
    word: &'static str,
    kind: String,
}

/// The PRVs, what is too small first.
pub(super) fn rows(report: &Report) -> Vec<PrvRow<'_>> {
    let prvs = || report.uncertainty.iter().flat_map(|u| &u.prv);
    let (short, others) = (prvs().filter(|p| p.is_short()), prvs().filter(|p| !p.is_short()));
    short.chain(others).map(row).collect()
}

fn row(prv: &PrvRecord) -> PrvRow<'_> {
    let (tone, word) = match prv.verdict {
        Some(Verdict::Pass) => ("pass", "pass"),
        Some(Verdict::Fail) => ("fail", "fail"),
        Some(Verdict::Indeterminate) => ("open", "undetermined"),
        None => ("open", "no verdict"),
    };
    let kind = prv.kind.map_or_else(String::new, |k| crate::text::words(k.as_str()));
    PrvRow { prv, meant: prv.meant(), told: capital(&prv.told()), tone, word, kind }
}
