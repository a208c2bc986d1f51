//! Image files built element by element.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{EXPLICIT, Form, part10};

pub(crate) const CT: &str = "1.2.840.10008.5.1.4.1.1.2";
pub(crate) const MR: &str = "1.2.840.10008.5.1.4.1.1.4";

pub(crate) type Tag = (u16, u16);

/// An image file of 3 columns and 2 rows unless told otherwise.
#[derive(Clone)]
pub(crate) struct ImageFile {
    elements: BTreeMap<Tag, Vec<u8>>,
    form: Form,
    syntax: &'static str,
}

impl ImageFile {
    /// A CT slice at a height, whose pixels are 10 z + 0, 1, 2, ... in signed words.
    pub(crate) fn at(z_mm: f64) -> Self {
        Self::new([0.0, 0.0, z_mm], &(0..6).map(|i| (10.0 * z_mm) as i16 + i).collect::<Vec<_>>())
    }

    pub(crate) fn new(position_mm: [f64; 3], pixels: &[i16]) -> Self {
        let file = Self { elements: BTreeMap::new(), form: Form::Explicit, syntax: EXPLICIT };
        let words: Vec<u8> = pixels.iter().flat_map(|p| p.to_le_bytes()).collect();
        file.text((0x0008, 0x0016), "UI", CT)
            .text((0x0008, 0x0018), "UI", &format!("1.2.{}", uid_of(position_mm)))
            .text((0x0008, 0x0060), "CS", "CT")
            .text((0x0020, 0x000E), "UI", "1.2.3")
            .text((0x0020, 0x0052), "UI", "1.2.9")
            .numbers((0x0020, 0x0032), &position_mm)
            .numbers((0x0020, 0x0037), &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .numbers((0x0028, 0x0030), &[1.5, 0.5])
            .word((0x0028, 0x0002), 1)
            .text((0x0028, 0x0004), "CS", "MONOCHROME2")
            .word((0x0028, 0x0010), 2)
            .word((0x0028, 0x0011), 3)
            .word((0x0028, 0x0100), 16)
            .word((0x0028, 0x0101), 16)
            .word((0x0028, 0x0102), 15)
            .word((0x0028, 0x0103), 1)
            .with((0x7FE0, 0x0010), "OW", &words)
    }

    pub(crate) fn with(mut self, tag: Tag, vr: &str, value: &[u8]) -> Self {
        self.elements.insert(tag, self.form.element(tag, vr, value));
        self
    }

    pub(crate) fn raw(mut self, tag: Tag, element: Vec<u8>) -> Self {
        self.elements.insert(tag, element);
        self
    }

    pub(crate) fn without(mut self, tag: Tag) -> Self {
        self.elements.remove(&tag);
        self
    }

    pub(crate) fn text(self, tag: Tag, vr: &str, value: &str) -> Self {
        self.with(tag, vr, value.as_bytes())
    }

    pub(crate) fn numbers(self, tag: Tag, values: &[f64]) -> Self {
        let texts: Vec<String> = values.iter().map(f64::to_string).collect();
        self.text(tag, "DS", &texts.join("\\"))
    }

    pub(crate) fn word(self, tag: Tag, value: u16) -> Self {
        let bytes = self.form.u16(value);
        self.with(tag, "US", &bytes)
    }

    pub(crate) fn uid(self, uid: &str) -> Self {
        self.text((0x0008, 0x0018), "UI", uid)
    }

    /// Pixels in fragments, with a basic offset table.
    pub(crate) fn fragments(
        mut self,
        syntax: &'static str,
        offsets: &[u32],
        parts: &[&[u8]],
    ) -> Self {
        let tag = (0x7FE0, 0x0010);
        let mut element = self.form.header(tag, "OB", super::UNDEFINED);
        let table: Vec<u8> = offsets.iter().flat_map(|o| o.to_le_bytes()).collect();
        for item in std::iter::once(&table[..]).chain(parts.iter().copied()) {
            element.extend(self.form.header((0xFFFE, 0xE000), "", item.len() as u32));
            element.extend(item);
        }
        element.extend(self.form.header((0xFFFE, 0xE0DD), "", 0));
        self.syntax = syntax;
        self.raw(tag, element)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let body: Vec<u8> = self.elements.values().flatten().copied().collect();
        part10(self.syntax, &body)
    }

    pub(crate) fn write(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, self.bytes()).expect("a file");
        path
    }
}

/// Different positions get different UIDs.
fn uid_of(position_mm: [f64; 3]) -> String {
    position_mm.map(|x| ((x + 10_000.0) * 1000.0).round().to_string()).join(".")
}

/// Writes files as `00.dcm`, `01.dcm`, ...
pub(crate) fn write_all(files: &[ImageFile]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().expect("a folder");
    let name = |i: usize| format!("{i:02}.dcm");
    let paths = files.iter().enumerate().map(|(i, f)| f.write(dir.path(), &name(i))).collect();
    (dir, paths)
}
