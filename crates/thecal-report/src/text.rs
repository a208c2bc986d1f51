//! Text of files as it may stand in outputs: nothing in it steers what shows it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a letter steers a terminal, ends a line or turns the direction of what follows.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Arabic letter mark, marks of direction, embeddings, overrides and isolates.
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separators, and what is not seen at all.
            | '\u{2028}' | '\u{2029}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// The text with every letter that steers written out, as `\u{1b}`. Names that a file gives cannot
/// colour, move, hide or forge anything on a terminal, in a log or on a page.
///
/// # Example
/// ```
/// use thecal_report::text::plain;
///
/// assert_eq!(plain("GTV 1"), "GTV 1");
/// assert!(!plain("GTV\u{1b}[31m").contains('\u{1b}'));
/// ```
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if steers(c) {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// As [`plain`], line by line: for texts of our own that have several.
#[must_use]
pub fn plain_lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// A text as a cell of a table that no spreadsheet takes for a formula: one that begins as formulas
/// do gets an apostrophe before it. Numbers are not to be given here.
///
/// # Source
/// OWASP, CSV Injection: `=`, `+`, `-`, `@`, tab and carriage return, and the full-width forms.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    const FIRST: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(FIRST) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What [`cell`] was made from.
#[must_use]
pub fn from_cell(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if matches!(cell(rest), Cow::Owned(_)) => rest,
        _ => text,
    }
}

/// A number with this many decimals; what rounds to nothing has no sign.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let nothing = text.bytes().all(|b| !(b'1'..=b'9').contains(&b));
    if nothing { text.replace('-', "") } else { text }
}

/// A text with its first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// A word or a scenario of the record as a person reads it.
#[must_use]
pub fn words(scenario: &str) -> String {
    scenario.replace('_', " ").replace('/', ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_is_left() {
        let text = "a\u{1b}[31mb\u{9b}2Jc\r\nd\u{202e}e\u{7}\u{2028}\u{feff}\u{7f}\t";
        let shown = plain(text);
        assert!(!shown.contains(steers), "{shown:?}");
        assert!(shown.contains("\\u{1b}[31m") && shown.contains("\\u{202e}e"), "{shown}");
        for text in ["Myelon", "脊髄", "Épidurale Tumör 1", "\u{5d0}\u{5d1}", ""] {
            assert!(matches!(plain(text), Cow::Borrowed(_)), "{text}");
        }
        assert_eq!(plain_lines("a\nb\u{1b}"), "a\nb\\u{1b}");
    }

    #[test]
    fn nothing_has_no_sign() {
        let found = [-0.0, -0.004, -0.006, 0.004].map(|v| fixed(v, 2));
        assert_eq!(found, ["0.00", "0.00", "-0.01", "0.00"]);
        assert_eq!(fixed(-0.4, 0), "0");
    }

    #[test]
    fn cells_are_no_formulas_and_come_back() {
        for text in ["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            let safe = cell(text).into_owned();
            assert!(safe.starts_with('\''), "{safe}");
            assert_eq!(from_cell(&safe), text);
        }
        for text in ["GTV", "", "a=b", "'quoted'", "1.5"] {
            assert_eq!(cell(text), text);
            assert_eq!(from_cell(text), text);
        }
    }
}
