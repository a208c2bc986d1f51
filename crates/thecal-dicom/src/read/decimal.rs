//! Decimal Strings (PS3.5 section 6.2), parsed straight over the bytes.

use super::text::trimmed;

/// One component of a Decimal String that is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotANumber<'a> {
    /// Place of the component, counted from 1.
    pub(crate) component: usize,
    /// Its bytes, without padding.
    pub(crate) text: &'a [u8],
}

/// The finite numbers of a multi-valued Decimal String, one by one.
///
/// Accepts what is written in the field beyond the standard: padding by white space and NULs on
/// either side of a component, more than 16 characters, exponents, a leading plus. Refuses empty
/// components, NaN, infinities and numbers too large for a double. An empty value holds none.
#[derive(Debug, Clone)]
pub(crate) struct Decimals<'a> {
    rest: Option<&'a [u8]>,
    component: usize,
}

impl<'a> Decimals<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        let blank = value.iter().all(|&b| is_padding(b));
        Self { rest: (!blank).then_some(value), component: 0 }
    }

    /// Takes three numbers at a time for as long as they are padded by spaces only, are at most
    /// `limit` in size, and more follows. What is left is for [`Iterator::next`], which is
    /// slower and says what is wrong.
    #[inline]
    pub(crate) fn plain_triples(&mut self, limit: f64, mut take: impl FnMut([f64; 3])) {
        let Some(mut value) = self.rest else { return };
        while let Some((x, rest)) = plain(value, limit)
            && let Some((y, rest)) = plain(rest, limit)
            && let Some((z, rest)) = plain(rest, limit)
        {
            take([x, y, z]);
            self.component += 3;
            value = rest;
        }
        self.rest = Some(value);
    }
}

impl<'a> Iterator for Decimals<'a> {
    type Item = Result<f64, NotANumber<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let value = self.rest?;
        self.component += 1;
        let text = value.split(|&b| b == b'\\').next().unwrap_or_default();
        self.rest = value.get(text.len() + 1..);
        let bare = trimmed(text.trim_ascii()).trim_ascii();
        Some(match fast_float2::parse::<f64, _>(bare) {
            Ok(number) if number.is_finite() => Ok(number),
            _ => {
                self.rest = None;
                Err(NotANumber { component: self.component, text: bare })
            }
        })
    }
}

/// The number at the start, between spaces or none, if a backslash ends it and it is at most
/// `limit`.
#[inline]
fn plain(value: &[u8], limit: f64) -> Option<(f64, &[u8])> {
    if let Some((number, rest)) = short(value) {
        return (number.abs() <= limit).then_some((number, rest));
    }
    let value = value.trim_ascii_start();
    let (number, used) = fast_float2::parse_partial::<f64, _>(value).ok()?;
    let rest = match value.get(used..)? {
        [b'\\', rest @ ..] => rest,
        [b' ', rest @ ..] => rest.trim_ascii_start().strip_prefix(b"\\")?,
        _ => return None,
    };
    (number.abs() <= limit).then_some((number, rest))
}

/// As [`plain`] for what nearly every coordinate is: at most 15 digits, a point somewhere before
/// or between them, and a backslash at once after them. Its digits are an exact integer and the
/// power of ten an exact divisor, so that one division rounds rightly (Clinger 1990,
/// doi:10.1145/93542.93557).
#[inline]
fn short(value: &[u8]) -> Option<(f64, &[u8])> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match value {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, value),
    };
    let (whole, before, rest) = run(0, digits);
    let (whole, after, rest) = match rest {
        [b'.', rest @ ..] => run(whole, rest),
        _ => (whole, 0, rest),
    };
    if rest.first() != Some(&b'\\') || !(1..=15).contains(&(before + after)) {
        return None;
    }
    let number = whole as f64 / POWERS[after];
    Some((if negative { -number } else { number }, &rest[1..]))
}

/// Takes the digits at the start up behind those of `whole`; how many they are, and what follows.
#[inline]
fn run(mut whole: u64, text: &[u8]) -> (u64, usize, &[u8]) {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let digit = byte.wrapping_sub(b'0');
        if digit >= 10 {
            break;
        }
        whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
        rest = after;
    }
    (whole, text.len() - rest.len(), rest)
}

fn is_padding(byte: u8) -> bool {
    matches!(byte, b' ' | 0 | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Result<Vec<f64>, (usize, Vec<u8>)> {
        let numbers: Result<Vec<f64>, _> = Decimals::new(text).collect();
        numbers.map_err(|e| (e.component, e.text.to_vec()))
    }

    #[test]
    fn takes_what_is_written_in_the_field() {
        assert_eq!(all(b""), Ok(vec![]));
        assert_eq!(all(b" \0"), Ok(vec![]));
        assert_eq!(all(b"1\\-2.5\\+3"), Ok(vec![1.0, -2.5, 3.0]));
        assert_eq!(all(b" 1 \\ -2.5\0\\3 \0"), Ok(vec![1.0, -2.5, 3.0]));
        assert_eq!(all(b"-1.5E-2\\1e+3\\.5\\5."), Ok(vec![-0.015, 1000.0, 0.5, 5.0]));
        let long = b"-123.45678901234567890123456789";
        assert_eq!(all(long), Ok(vec![-123.456_789_012_345_68]));
    }

    proptest::proptest! {
        #[test]
        fn short_numbers_are_those_of_the_standard_library(
            text in "-?[0-9]{0,12}(\\.[0-9]{0,8})?"
        ) {
            let value = format!("{text}\\");
            match (short(value.as_bytes()), text.parse::<f64>()) {
                (Some((number, rest)), Ok(expected)) => {
                    proptest::prop_assert_eq!(number.to_bits(), expected.to_bits());
                    proptest::prop_assert!(rest.is_empty());
                }
                // Fifteen digits at most, one at least.
                (None, read) => {
                    let digits = text.bytes().filter(u8::is_ascii_digit).count();
                    proptest::prop_assert!(digits > 15 || read.is_err());
                }
                (Some(_), Err(_)) => proptest::prop_assert!(false, "{} is no number", text),
            }
        }
    }

    #[test]
    fn refuses_nonsense_and_names_it() {
        for (text, component, found) in [
            (&b"1\\\\2"[..], 2, &b""[..]),
            (b"1\\2\\", 3, b""),
            (b"\\1", 1, b""),
            (b"1\\NaN\\2", 2, b"NaN"),
            (b"inf", 1, b"inf"),
            (b"-Infinity\\2", 1, b"-Infinity"),
            (b"1\\1e999", 2, b"1e999"),
            (b"1,5\\2", 1, b"1,5"),
            (b"1 2\\3", 1, b"1 2"),
            (b"1\\0x10", 2, b"0x10"),
            (b"--1", 1, b"--1"),
            (b"+-1", 1, b"+-1"),
        ] {
            assert_eq!(all(text), Err((component, found.to_vec())), "{}", text.escape_ascii());
        }
    }
}
