//! Text of a data set: Specific Character Set (PS3.5 section 6.1, PS3.3 C.12.1.1.2).

use dicom_encoding::text::{SpecificCharacterSet, TextCodec};

const ESCAPE: u8 = 0x1b;

/// The character sets in force in a data set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charset {
    base: SpecificCharacterSet,
    standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// No character set was declared.
    Assumed,
    /// One was declared that is understood.
    Declared,
    /// One was declared that is not.
    Unknown,
}

impl Default for Charset {
    fn default() -> Self {
        Self { base: SpecificCharacterSet::default(), standing: Standing::Assumed }
    }
}

impl Charset {
    /// From the value of Specific Character Set (0008,0005).
    pub(crate) fn from_value(value: &[u8]) -> Self {
        let first = value.split(|&b| b == b'\\').next().unwrap_or_default();
        let Ok(name) = std::str::from_utf8(trimmed(first)) else {
            return Self { standing: Standing::Unknown, ..Self::default() };
        };
        if name.is_empty() {
            // An empty first value with code extensions means the default repertoire.
            let more = value.contains(&b'\\');
            let standing = if more { Standing::Declared } else { Standing::Assumed };
            return Self { standing, ..Self::default() };
        }
        match SpecificCharacterSet::from_code(name) {
            Some(base) => Self { base, standing: Standing::Declared },
            None => Self { standing: Standing::Unknown, ..Self::default() },
        }
    }

    /// True where a character set was declared that nothing here can decode.
    pub(crate) fn is_unknown(&self) -> bool {
        self.standing == Standing::Unknown
    }

    /// Decodes text and drops the padding. Without a usable declaration, UTF-8 is taken where
    /// the bytes are valid UTF-8, Latin-1 where they are not.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        let bytes = trimmed(bytes);
        if self.standing != Standing::Declared
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return text.to_owned();
        }
        if !bytes.contains(&ESCAPE) {
            return decode_with(&self.base, bytes);
        }
        let mut text = String::new();
        let mut rest = bytes;
        let mut set = self.base.clone();
        while !rest.is_empty() {
            let next = rest[1..].iter().position(|&b| b == ESCAPE).map_or(rest.len(), |at| at + 1);
            let (segment, later) = rest.split_at(next);
            match escape(segment) {
                Some((code, length)) => {
                    set = SpecificCharacterSet::from_code(code).unwrap_or_default();
                    // This codec switches on the escape sequence itself.
                    let keep = code == "ISO 2022 IR 87";
                    text += &decode_with(&set, if keep { segment } else { &segment[length..] });
                }
                None => text += &decode_with(&set, segment),
            }
            rest = later;
        }
        text
    }
}

fn decode_with(set: &SpecificCharacterSet, bytes: &[u8]) -> String {
    set.decode(bytes).unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
}

/// The character set that an escape sequence calls, and the sequence's length (PS3.3 tables
/// C.12-3 and C.12-4).
fn escape(segment: &[u8]) -> Option<(&'static str, usize)> {
    let (code, length) = match segment {
        [ESCAPE, b'(', b'B', ..] => ("ISO 2022 IR 6", 3),
        [ESCAPE, b'(', b'J', ..] | [ESCAPE, b')', b'I', ..] => ("ISO 2022 IR 13", 3),
        [ESCAPE, b'-', b'A', ..] => ("ISO 2022 IR 100", 3),
        [ESCAPE, b'-', b'B', ..] => ("ISO 2022 IR 101", 3),
        [ESCAPE, b'-', b'C', ..] => ("ISO 2022 IR 109", 3),
        [ESCAPE, b'-', b'D', ..] => ("ISO 2022 IR 110", 3),
        [ESCAPE, b'-', b'F', ..] => ("ISO 2022 IR 126", 3),
        [ESCAPE, b'-', b'G', ..] => ("ISO 2022 IR 127", 3),
        [ESCAPE, b'-', b'H', ..] => ("ISO 2022 IR 138", 3),
        [ESCAPE, b'-', b'L', ..] => ("ISO 2022 IR 144", 3),
        [ESCAPE, b'-', b'T', ..] => ("ISO 2022 IR 166", 3),
        [ESCAPE, b'$', b'B', ..] => ("ISO 2022 IR 87", 3),
        [ESCAPE, b'$', b')', b'C', ..] => ("ISO 2022 IR 149", 4),
        [ESCAPE, b'$', b')', b'A', ..] => ("ISO 2022 IR 58", 4),
        _ => return None,
    };
    Some((code, length))
}

/// Without the padding that DICOM allows: spaces and NULs at the end, spaces at the start.
pub(crate) fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | 0, rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | 0] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standard_decode() {
        // PS3.5 annex H.3.1 and I.2, the ideographic parts of the names.
        let japanese = b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B ";
        assert_eq!(Charset::from_value(b"\\ISO 2022 IR 87").decode(japanese), "山田^太郎");
        let korean = b"\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7";
        assert_eq!(Charset::from_value(b"\\ISO 2022 IR 149").decode(korean), "洪^吉洞");
        // PS3.5 annex J.1 and J.3.
        let chinese = b"Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe4\xb8\x9c";
        assert_eq!(Charset::from_value(b"ISO_IR 192").decode(chinese), "Wang^XiaoDong=王^小东");
        let gb = b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab";
        assert_eq!(Charset::from_value(b"GB18030").decode(gb), "Wang^XiaoDong=王^小东");
    }

    #[test]
    fn undeclared_text_is_utf8_or_latin1() {
        let none = Charset::default();
        assert_eq!(none.decode("Rückenmark ".as_bytes()), "Rückenmark");
        assert_eq!(none.decode(b"R\xfcckenmark\0"), "Rückenmark");
        assert_eq!(Charset::from_value(b"ISO_IR 100").decode(b"R\xfcckenmark"), "Rückenmark");
        let unknown = Charset::from_value(b"ISO_IR 999");
        assert!(unknown.is_unknown());
        assert_eq!(unknown.decode(b"cord"), "cord");
    }
}
