//! Data sets built byte by byte, so that a test shows exactly what a file holds.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::print_stdout, reason = "says why a test was skipped")]

pub(crate) mod doses;
pub(crate) mod nifti;
pub(crate) mod set;
pub(crate) mod slices;

use std::path::PathBuf;

pub(crate) const IMPLICIT: &str = "1.2.840.10008.1.2";
pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub(crate) const BIG: &str = "1.2.840.10008.1.2.2";
pub(crate) const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
pub(crate) const UNDEFINED: u32 = u32::MAX;
pub(crate) const RTSTRUCT: &str = "1.2.840.10008.5.1.4.1.1.481.3";

/// Writes elements in one encoding.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Implicit,
    Explicit,
    Big,
}

impl Form {
    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// An element header with the length that is claimed.
    pub(crate) fn header(self, tag: (u16, u16), vr: &str, length: u32) -> Vec<u8> {
        let mut out = [self.u16(tag.0), self.u16(tag.1)].concat();
        if self != Self::Implicit && tag.0 != 0xFFFE {
            out.extend(vr.as_bytes());
            if !["OB", "OW", "SQ", "UN", "UT", "OF", "UC"].contains(&vr) {
                out.extend(self.u16(u16::try_from(length).expect("short VR")));
                return out;
            }
            out.extend([0, 0]);
        }
        out.extend(self.u32(length));
        out
    }

    /// An element, padded to an even length.
    pub(crate) fn element(self, tag: (u16, u16), vr: &str, value: &[u8]) -> Vec<u8> {
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(if vr == "UI" || vr == "OB" { 0 } else { b' ' });
        }
        let mut out = self.header(tag, vr, value.len() as u32);
        out.extend(value);
        out
    }

    pub(crate) fn text(self, tag: (u16, u16), vr: &str, value: &str) -> Vec<u8> {
        self.element(tag, vr, value.as_bytes())
    }

    /// A sequence of defined length.
    pub(crate) fn sequence(self, tag: (u16, u16), items: &[Vec<u8>]) -> Vec<u8> {
        let body: Vec<u8> = items
            .iter()
            .flat_map(|item| [self.header((0xFFFE, 0xE000), "", item.len() as u32), item.clone()])
            .flatten()
            .collect();
        [self.header(tag, "SQ", body.len() as u32), body].concat()
    }

    /// A sequence of undefined length with items of undefined length.
    pub(crate) fn open_sequence(self, tag: (u16, u16), vr: &str, items: &[Vec<u8>]) -> Vec<u8> {
        let mut out = self.header(tag, vr, UNDEFINED);
        for item in items {
            out.extend(self.header((0xFFFE, 0xE000), "", UNDEFINED));
            out.extend(item);
            out.extend(self.header((0xFFFE, 0xE00D), "", 0));
        }
        out.extend(self.header((0xFFFE, 0xE0DD), "", 0));
        out
    }
}

/// File meta information without a preamble.
pub(crate) fn meta(syntax: &str) -> Vec<u8> {
    let form = Form::Explicit;
    let body = [
        form.element((2, 1), "OB", &[0, 1]),
        form.text((2, 2), "UI", RTSTRUCT),
        form.text((2, 3), "UI", "1.2.3.4"),
        form.text((2, 0x10), "UI", syntax),
        form.text((2, 0x12), "UI", "1.2.3"),
    ]
    .concat();
    [form.element((2, 0), "UL", &(body.len() as u32).to_le_bytes()), body].concat()
}

/// A Part 10 file.
pub(crate) fn part10(syntax: &str, data_set: &[u8]) -> Vec<u8> {
    [&[0; 128][..], b"DICM", &meta(syntax), data_set].concat()
}

/// A folder of the shared real data; prints why where it is absent.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: real data {folder} is not on this machine");
    None
}
