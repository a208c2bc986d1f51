//! Text of a data set: Specific Character Set (PS3.5 section 6.1, PS3.3 C.12.1.1.2).

use dicom_encoding::text::{SpecificCharacterSet, TextCodec};
use encoding::all::{EUC_JP, ISO_8859_15, WINDOWS_1254};
use encoding::{DecoderTrap, Encoding};

const ESCAPE: u8 = 0x1b;

/// The character sets in force in a data set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charset {
    base: Set,
    standing: Standing,
    /// A term beside the first that nothing here can decode.
    unknown_extension: bool,
}

/// One character set.
#[derive(Debug, Clone, PartialEq)]
enum Set {
    Library(SpecificCharacterSet),
    /// ISO_IR 148, Latin alphabet No. 5. The library has it not.
    Latin5,
    /// ISO_IR 203, Latin alphabet No. 9. The library has it not.
    Latin9,
    /// ISO 2022 IR 159, JIS X 0212. The library has it not.
    Jis0212,
}

impl Default for Set {
    fn default() -> Self {
        Self::Library(SpecificCharacterSet::default())
    }
}

impl Set {
    /// By the defined term (PS3.3 tables C.12-2 to C.12-5).
    fn from_term(term: &str) -> Option<Self> {
        match term {
            "ISO_IR 148" | "ISO 2022 IR 148" => Some(Self::Latin5),
            "ISO_IR 203" | "ISO 2022 IR 203" => Some(Self::Latin9),
            "ISO 2022 IR 159" => Some(Self::Jis0212),
            _ => SpecificCharacterSet::from_code(term).map(Self::Library),
        }
    }

    fn decode(&self, bytes: &[u8]) -> String {
        let latin1 = || bytes.iter().copied().map(char::from).collect();
        match self {
            Self::Library(set) => set.decode(bytes).unwrap_or_else(|_| latin1()),
            Self::Latin5 => {
                WINDOWS_1254.decode(bytes, DecoderTrap::Replace).unwrap_or_else(|_| latin1())
            }
            Self::Latin9 => {
                ISO_8859_15.decode(bytes, DecoderTrap::Replace).unwrap_or_else(|_| latin1())
            }
            Self::Jis0212 => jis_0212(bytes).unwrap_or_else(latin1),
        }
    }
}

/// Pairs of seven bits; in EUC they stand behind a third byte, with their highest bits set.
fn jis_0212(bytes: &[u8]) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let euc: Vec<u8> = pairs
        .iter()
        .flat_map(|&[a, b]| [0x8F, a | 0x80, b | 0x80])
        .chain(rest.iter().copied())
        .collect();
    EUC_JP.decode(&euc, DecoderTrap::Replace).ok()
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
        Self { base: Set::default(), standing: Standing::Assumed, unknown_extension: false }
    }
}

impl Charset {
    /// From the value of Specific Character Set (0008,0005).
    pub(crate) fn from_value(value: &[u8]) -> Self {
        let mut terms = value.split(|&b| b == b'\\').map(|t| std::str::from_utf8(trimmed(t)));
        let Some(Ok(first)) = terms.next() else {
            return Self { standing: Standing::Unknown, ..Self::default() };
        };
        let more: Vec<_> = terms.collect();
        let known = |term: &Result<&str, _>| {
            term.as_ref().is_ok_and(|t| t.is_empty() || Set::from_term(t).is_some())
        };
        let unknown_extension = !more.iter().all(known);
        if first.is_empty() {
            // An empty first value with code extensions means the default repertoire.
            let standing = if more.is_empty() { Standing::Assumed } else { Standing::Declared };
            return Self { standing, unknown_extension, ..Self::default() };
        }
        match Set::from_term(first) {
            Some(base) => Self { base, standing: Standing::Declared, unknown_extension },
            None => Self { standing: Standing::Unknown, unknown_extension, ..Self::default() },
        }
    }

    /// True where a character set was declared that nothing here can decode.
    pub(crate) fn is_unknown(&self) -> bool {
        self.standing == Standing::Unknown || self.unknown_extension
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
            return self.base.decode(bytes);
        }
        let mut text = String::new();
        let mut rest = bytes;
        let mut set = self.base.clone();
        while !rest.is_empty() {
            let next = rest[1..].iter().position(|&b| b == ESCAPE).map_or(rest.len(), |at| at + 1);
            let (segment, later) = rest.split_at(next);
            match escape(segment) {
                Some((code, length)) => {
                    set = Set::from_term(code).unwrap_or_default();
                    // This codec switches on the escape sequence itself.
                    let keep = code == "ISO 2022 IR 87";
                    text += &set.decode(if keep { segment } else { &segment[length..] });
                }
                // A sequence that is not of the standard: no control goes on into text.
                None if segment[0] == ESCAPE => {
                    text.push(char::REPLACEMENT_CHARACTER);
                    text += &set.decode(&segment[1..]);
                }
                None => text += &set.decode(segment),
            }
            rest = later;
        }
        text
    }
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
        [ESCAPE, b'-', b'M', ..] => ("ISO 2022 IR 148", 3),
        [ESCAPE, b'-', b'b', ..] => ("ISO 2022 IR 203", 3),
        [ESCAPE, b'-', b'T', ..] => ("ISO 2022 IR 166", 3),
        [ESCAPE, b'$', b'B', ..] => ("ISO 2022 IR 87", 3),
        [ESCAPE, b'$', b'(', b'D', ..] => ("ISO 2022 IR 159", 4),
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
    fn every_defined_term_decodes() {
        // Python's codecs of the sets of PS3.3 tables C.12-2 to C.12-5 gave the bytes.
        for (term, bytes, text) in [
            ("ISO_IR 100", &b"R\xfccken"[..], "Rücken"),
            ("ISO_IR 101", b"Kr\xe8ma\xf8", "Krčmař"),
            ("ISO_IR 109", b"\xe6i\xf8", "ĉiĝ"),
            ("ISO_IR 110", b"\xb6", "ļ"),
            ("ISO_IR 144", b"\xbb\xee\xda", "Люк"),
            ("ISO_IR 127", b"\xe2\xc8", "قب"),
            ("ISO_IR 126", b"\xc4\xe9", "Δι"),
            ("ISO_IR 138", b"\xf9\xf8", "שר"),
            ("ISO_IR 148", b"\xf0\xfe\xdd", "ğşİ"),
            ("ISO_IR 203", b"\xa4\xbd", "€œ"),
            ("ISO_IR 166", b"\xb9\xd2", "นา"),
            ("ISO_IR 13", b"\xd4\xcf", "ﾔﾏ"),
            ("ISO_IR 192", "山".as_bytes(), "山"),
            ("GB18030", b"\xcd\xf5", "王"),
            ("GBK", b"\xcd\xf5", "王"),
            ("\\ISO 2022 IR 148", b"a\x1b-M\xf0", "ağ"),
            ("\\ISO 2022 IR 203", b"a\x1b-b\xa4", "a€"),
            ("\\ISO 2022 IR 58", b"\x1b$)A\xcd\xf5", "王"),
            ("\\ISO 2022 IR 159", b"a\x1b$(D0!0\"\x1b(B^b", "a丂丄^b"),
            ("\\ISO 2022 IR 87\\ISO 2022 IR 159", b"\x1b$B;3\x1b$(D0!\x1b(B", "山丂"),
        ] {
            let set = Charset::from_value(term.as_bytes());
            assert_eq!((set.decode(bytes).as_str(), set.is_unknown()), (text, false), "{term}");
        }
        // What is not of the standard is told, and no control goes on.
        let odd = Charset::from_value(b"\\ISO 2022 IR 999");
        assert!(odd.is_unknown());
        let text = odd.decode(b"cord\x1b%/Gx");
        assert!(text.starts_with("cord\u{FFFD}") && !text.contains('\x1b'), "{text:?}");
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
