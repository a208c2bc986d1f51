//! Values of the command line that are more than a word or a number.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use thecal::ContourPlanes;

/// `4GiB`, `800 MiB`, `2GB`, or bytes.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let wanted = || "expected a size as 4GiB, 800MiB or 2GB".to_owned();
    let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text.trim()[digits.len()..];
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0_f64.powi(2),
        "gib" => 1024.0_f64.powi(3),
        "tib" => 1024.0_f64.powi(4),
        _ => return Err(wanted()),
    };
    let number: f64 = digits.trim().parse().map_err(|_| wanted())?;
    let bytes = number * factor;
    if (1.0..1e18).contains(&bytes) { Ok(bytes as u64) } else { Err(wanted()) }
}

pub(super) fn planes(text: &str) -> Result<ContourPlanes, String> {
    match (text, text.parse()) {
        ("auto", _) => Ok(ContourPlanes::Automatic),
        ("source", _) => Ok(ContourPlanes::Source),
        (_, Ok(step_mm)) if (0.1..=10.0).contains(&step_mm) => Ok(ContourPlanes::Every(step_mm)),
        _ => Err("expected auto, source, or 0.1 to 10 mm".to_owned()),
    }
}

/// Triangles of a closed surface: a tetrahedron has four.
pub(super) fn triangles(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(count) if count >= 4 => Ok(count),
        _ => Err("expected a number of triangles, 4 or more".to_owned()),
    }
}

/// One name of a list: `a, b` is `a` and `b`.
pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected names with commas between them, as a,b".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// One number of a list.
pub(super) fn number(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| "expected numbers with commas between them".to_owned())
}

/// A value without the spaces that stand about it in a list.
#[derive(Clone)]
pub(super) struct Trimmed<P>(pub(super) P);

impl<P: TypedValueParser> TypedValueParser for Trimmed<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        // What is no UTF-8 is told by the parser itself.
        let value = value.to_str().map_or(value, |text| OsStr::new(text.trim()));
        self.0.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

/// Where names of studies come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelFrom {
    Number,
    Folder,
    Manifest,
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(bytes("4GiB"), Ok(4 << 30));
        assert_eq!(bytes("1.5 MiB"), Ok(3 << 19));
        assert_eq!(bytes("2GB"), Ok(2_000_000_000));
        assert_eq!(bytes("77"), Ok(77));
        assert!(["", "GiB", "-1GiB", "4 parsecs", "0"].iter().all(|t| bytes(t).is_err()));
    }
}
