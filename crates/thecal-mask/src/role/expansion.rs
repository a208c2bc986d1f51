//! What the name of a PRV says of it: the organ that it is of, and its margin.

use super::normalize_name::plain;
use super::roles::Role;
use super::words::{Kind, words_of};

/// Margins that are not meant as such, mm.
const MOST_MM: f64 = 50.0;
/// Words after which a number is a margin of so many millimetres.
const BEFORE: [&str; 9] =
    ["prv", "+", "plus", "exp", "expanded", "expansion", "margin", "grown", "marg"];

/// What the name of a PRV says.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ExpansionName {
    /// The organ, where the name says it.
    pub of: Option<Role>,
    /// The margin, mm, where the name says one and no other.
    pub margin_mm: Option<f64>,
}

/// Reads the name of a PRV.
///
/// A number with its unit is a margin (`Cord_2mm`, `PRV 0.3 cm`); without one it is where it follows `PRV`
/// (TG-263: two digits, mm), `+` or a word for growing. Two numbers that disagree are none.
///
/// # Example
/// ```
/// use thecal_mask::role::{Role, expansion_name};
///
/// let read = expansion_name("SpinalCord_PRV02");
/// assert_eq!((read.of, read.margin_mm), (Some(Role::Cord), Some(2.0)));
/// assert_eq!(expansion_name("Thecal sac + 1.5mm").of, Some(Role::ThecalSac));
/// assert_eq!(expansion_name("SC PRV").margin_mm, None);
/// ```
#[must_use]
pub fn expansion_name(name: &str) -> ExpansionName {
    let of = words_of(name).words.iter().find_map(|w| match w.kind {
        Kind::Structure(role) => Some(role),
        _ => None,
    });
    let text: Vec<char> = plain(name).collect();
    let numbers = numbers(&text);
    let with_unit: Vec<f64> = numbers.iter().filter_map(|n| n.with_unit(&text)).collect();
    let margins = match with_unit.is_empty() {
        true => numbers.iter().filter_map(|n| n.after_word(&text)).collect(),
        false => with_unit,
    };
    let one = margins.first().copied().filter(|m| margins.iter().all(|other| other == m));
    ExpansionName { of, margin_mm: one.filter(|m| *m > 0.0 && *m <= MOST_MM) }
}

/// A number in a name.
struct Number {
    start: usize,
    end: usize,
    digits: usize,
    value: f64,
}

fn numbers(text: &[char]) -> Vec<Number> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let whole = text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if whole == 0 {
            at += 1;
            continue;
        }
        let point = at + whole;
        let parted = text.get(point).is_some_and(|c| matches!(c, '.' | ','));
        let after = text.get(point + 1..).unwrap_or_default();
        let parts = after.iter().take_while(|c| c.is_ascii_digit()).count();
        let end = if parted && parts > 0 { point + 1 + parts } else { point };
        let written: String =
            text[at..end].iter().map(|c| if *c == ',' { '.' } else { *c }).collect();
        if let Ok(value) = written.parse() {
            out.push(Number { start: at, end, digits: whole, value });
        }
        at = end;
    }
    out
}

fn is_between(c: &char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '-' | '.' | '(' | ':' | '=' | '~')
}

impl Number {
    /// Its millimetres, where a unit of length follows.
    fn with_unit(&self, text: &[char]) -> Option<f64> {
        let rest: String = text[self.end..].iter().skip_while(|c| is_between(c)).take(3).collect();
        let mut letters = rest.chars();
        let unit: String = letters.by_ref().take(2).collect();
        if letters.next().is_some_and(char::is_alphabetic) {
            return None;
        }
        match unit.as_str() {
            "mm" => Some(self.value),
            "cm" => Some(10.0 * self.value),
            _ => None,
        }
    }

    /// Its millimetres, where it follows a word or a sign for growing.
    fn after_word(&self, text: &[char]) -> Option<f64> {
        let before: Vec<char> = text[..self.start].to_vec();
        let kept = before.len() - before.iter().rev().take_while(|c| is_between(c)).count();
        let before: String = before[..kept].iter().collect();
        let follows = BEFORE.iter().any(|word| before.ends_with(word));
        // Three digits are no margin that TG-263 knows.
        (follows && self.digits <= 2).then_some(self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_read_as_they_are_written() {
        let written = [
            ("SpinalCord_PRV02", 2.0),
            ("SpinalCord_PRV5", 5.0),
            ("PRV_03", 3.0),
            ("cordPRV2mm", 2.0),
            ("cord+2mm", 2.0),
            ("Cord + 3", 3.0),
            ("Cord_PRV1.5mm", 1.5),
            ("Cord PRV 1,5 mm", 1.5),
            ("SC PRV (0.2cm)", 2.0),
            ("Rueckenmark+5mm", 5.0),
            ("cord_exp_2", 2.0),
            ("T7 cord PRV 2mm", 2.0),
            ("SpinalCord_PRV02^T7", 2.0),
        ];
        for (name, margin_mm) in written {
            assert_eq!(expansion_name(name).margin_mm, Some(margin_mm), "{name}");
        }
    }

    #[test]
    fn what_is_no_margin_is_none() {
        for name in
            ["SpinalCord_PRV", "PRV_T7", "SC PRV 0mm", "Cord_PRV2mm_3mm", "PRV025", "PRV 99", ""]
        {
            assert_eq!(expansion_name(name).margin_mm, None, "{name}");
        }
    }

    #[test]
    fn the_organ_is_that_of_the_name() {
        for (name, role) in [
            ("SpinalCord_PRV02", Some(Role::Cord)),
            ("ThecalSac_PRV02", Some(Role::ThecalSac)),
            ("Dura+2mm", Some(Role::ThecalSac)),
            ("CaudaEquina_PRV", Some(Role::Cauda)),
            ("SpinalCanal_PRV3", Some(Role::Canal)),
            ("PRV 2mm", None),
        ] {
            assert_eq!(expansion_name(name).of, role, "{name}");
        }
    }
}
