//! What may have been meant by a name that is not there.

/// How alike two names are to be told.
const LIKE_ENOUGH: f64 = 0.7;

/// The names that are most like the wanted one, best first; at most three.
pub(crate) fn nearest<'a>(
    wanted: &str,
    names: impl Iterator<Item = &'a str>,
    folded: impl Fn(&str) -> String,
) -> Vec<&'a str> {
    let wanted = folded(wanted);
    let mut scored: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(&wanted, &folded(name)), name))
        .filter(|(score, _)| *score >= LIKE_ENOUGH)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// `; did you mean "a" or "b"?`; empty where there is nothing to suggest.
pub(crate) fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("\"{name}\"")).collect();
    format!("; did you mean {}?", names.join(" or "))
}
