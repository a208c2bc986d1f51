//! Frames read from a file one by one, so that no more of it is in memory than is being decoded.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use dicom_core::{Tag, VR};
use thecal_store::{ReadAt, Store};

use super::{Codec, OffsetTables, PixelFormat, decode, frames_of, native_order, swap_of};
use crate::read::{Encoding, Fault, FaultKind, ReadError, Source, tags};

/// A pixel element may hold this many fragments: more than any scanner makes frames.
const MAX_FRAGMENTS: usize = 1 << 22;

/// Where the elements of group 7FE0 begin in a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PixelPlace {
    pub(crate) offset: u64,
    pub(crate) encoding: Encoding,
    /// The offset is one in the inflated data set.
    pub(crate) inflated: bool,
    /// Length of the file, or of the inflated data set.
    pub(crate) length: u64,
    pub(crate) transfer_syntax: Option<String>,
}

impl PixelPlace {
    /// Holds what the attributes promise against the length of the file, before any memory is
    /// asked for.
    pub(crate) fn check(&self, format: &PixelFormat) -> Result<(), Fault> {
        let head = if self.encoding == Encoding::ImplicitLittle { 8 } else { 12 };
        let left = self.length.saturating_sub(self.offset).saturating_sub(head);
        if is_native(self.transfer_syntax.as_deref()) {
            return format.check_native_length(left);
        }
        let codec = Codec::from_transfer_syntax(self.transfer_syntax.as_deref())?;
        let size = format.frame_bytes() as u64;
        let most = codec.most_per_byte() as u64;
        if size > 4096 && size.saturating_mul(format.frames as u64) / most > left {
            let advice = "the file is truncated: copy or export it again";
            let found = format!("{left} compressed bytes");
            let expected = format!("enough for {} frames of {size} bytes", format.frames);
            return Err(
                Fault::new(FaultKind::Truncated, found, expected, advice).of(tags::PIXEL_DATA)
            );
        }
        Ok(())
    }
}

/// Where a transfer syntax is not of the standard, the file was read as if it were plain.
fn is_native(transfer_syntax: Option<&str>) -> bool {
    let Some(uid) = transfer_syntax else { return true };
    match uid.strip_prefix("1.2.840.10008.1.2") {
        Some(rest) => matches!(rest, "" | ".1" | ".2" | ".1.99"),
        None => true,
    }
}

/// The opened pixels of a file.
#[derive(Debug)]
pub(crate) struct PixelFile {
    path: PathBuf,
    bytes: Box<dyn ReadAt>,
    format: PixelFormat,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    Native { start: u64, swap: usize },
    Encapsulated { codec: Codec, fragments: Vec<(u64, usize)>, frames: Vec<Range<usize>> },
}

impl PixelFile {
    /// Finds the frames of a file whose header has been read.
    pub(crate) fn open(
        store: &Store,
        path: &Path,
        place: &PixelPlace,
        format: PixelFormat,
    ) -> Result<Self, ReadError> {
        let bytes: Box<dyn ReadAt> = if place.inflated {
            Box::new(Source::open_in(store, path)?.into_bytes())
        } else {
            store.open(path).map_err(|e| io_error(path, e))?
        };
        let layout = Locator { path, bytes: &*bytes, place, format: &format }.layout()?;
        Ok(Self { path: path.into(), bytes, format, layout })
    }

    /// The bytes of a frame, as [`super::Pixels::frame`] gives them; both buffers are overwritten.
    pub(crate) fn frame<'b>(
        &self,
        index: usize,
        compressed: &mut Vec<u8>,
        out: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], ReadError> {
        let read = |offset, out: &mut [u8]| {
            self.bytes.read_exact_at(offset, out).map_err(|e| io_error(&self.path, e))
        };
        match &self.layout {
            Layout::Native { start, swap } => {
                let size = self.format.frame_bytes();
                out.resize(size, 0);
                read(start + (index * size) as u64, out)?;
                match swap {
                    0 => {}
                    1 => out.as_chunks_mut::<2>().0.iter_mut().for_each(|word| word.reverse()),
                    _ => out.as_chunks_mut::<4>().0.iter_mut().for_each(|word| word.reverse()),
                }
            }
            Layout::Encapsulated { codec, fragments, frames } => {
                let parts = frames.get(index).and_then(|r| fragments.get(r.clone()));
                let parts = parts.unwrap_or_default();
                compressed.resize(parts.iter().map(|&(_, length)| length).sum(), 0);
                let mut rest = compressed.as_mut_slice();
                for &(offset, length) in parts {
                    let (part, behind) = rest.split_at_mut(length);
                    read(offset, part)?;
                    rest = behind;
                }
                decode(*codec, &self.format, compressed, out)
                    .map_err(|fault| ReadError::content(&self.path, fault))?;
            }
        }
        Ok(out)
    }
}

struct Locator<'a> {
    path: &'a Path,
    bytes: &'a dyn ReadAt,
    place: &'a PixelPlace,
    format: &'a PixelFormat,
}

impl Locator<'_> {
    fn layout(&self) -> Result<Layout, ReadError> {
        let mut offset = self.place.offset;
        let mut extended = Vec::new();
        loop {
            let mut head = [0; 12];
            let at_hand = self.place.length.saturating_sub(offset).min(12) as usize;
            self.read(offset, &mut head[..at_hand])?;
            let (header, size) = self
                .place
                .encoding
                .header(&head[..at_hand])
                .ok_or_else(|| self.fault(FaultKind::Missing, "no element", "Pixel Data"))?;
            offset += size as u64;
            let length = header.len.get();
            if header.tag == tags::PIXEL_DATA {
                let syntax = self.place.transfer_syntax.as_deref();
                let Some(length) = length else {
                    return self.encapsulated(offset, &extended);
                };
                let here = u64::from(length).min(self.place.length.saturating_sub(offset));
                self.format
                    .check_native_length(here)
                    .map_err(|fault| ReadError::content(self.path, fault))?;
                if self.format.bits_allocated == 1 {
                    return Err(self.fault(FaultKind::BadValue, "1 bit", "8, 16 or 32 bits"));
                }
                let order = native_order(self.place.encoding.byte_order(), syntax);
                // Implicit VR makes no difference: it is never big endian.
                let vr = if header.vr == VR::OB { VR::OB } else { VR::OW };
                return Ok(Layout::Native { start: offset, swap: swap_of(self.format, vr, order) });
            }
            let end = offset.saturating_add(length.unwrap_or(u32::MAX).into());
            if header.tag > tags::PIXEL_DATA || end > self.place.length {
                let found = format!("tag {}", header.tag);
                return Err(self.fault(FaultKind::Missing, found, "Pixel Data"));
            }
            if header.tag == tags::EXTENDED_OFFSET_TABLE && end - offset <= 8 * (1 << 22) {
                extended.resize((end - offset) as usize, 0);
                self.read(offset, &mut extended)?;
            }
            offset = end;
        }
    }

    fn encapsulated(&self, mut offset: u64, extended: &[u8]) -> Result<Layout, ReadError> {
        let content = |fault| ReadError::content(self.path, fault);
        let codec =
            Codec::from_transfer_syntax(self.place.transfer_syntax.as_deref()).map_err(content)?;
        let mut basic = None;
        let (mut fragments, mut starts) = (Vec::new(), Vec::new());
        loop {
            let mut head = [0; 12];
            let at_hand = self.place.length.saturating_sub(offset).min(12) as usize;
            self.read(offset, &mut head[..at_hand])?;
            let word = |i: usize| u16::from_le_bytes([head[i], head[i + 1]]);
            let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
            match Tag(word(0), word(2)) {
                Tag(0xFFFE, 0xE0DD) => break,
                Tag(0xFFFE, 0xE000) => {}
                tag => {
                    let found = format!("tag {tag} at byte {offset}");
                    return Err(self.fault(FaultKind::Malformed, found, "a fragment"));
                }
            }
            offset += 8;
            let end = offset + u64::from(length);
            if end > self.place.length || fragments.len() >= MAX_FRAGMENTS {
                let found = format!("a fragment of {length} bytes at byte {offset}");
                return Err(self.fault(FaultKind::Truncated, found, "fragments within the file"));
            }
            if basic.is_none() {
                let mut table = vec![0; length as usize];
                self.read(offset, &mut table)?;
                basic = Some(table);
            } else {
                fragments.push((offset, length as usize));
                starts.push([head[8], head[9], head[10], head[11]]);
            }
            offset = end;
        }
        let basic = basic.unwrap_or_default();
        let tables = OffsetTables { basic: &basic, extended: Some(extended) };
        let lengths: Vec<usize> = fragments.iter().map(|f| f.1).collect();
        let begins = |i: usize| codec.begins_frame(&starts[i]);
        let frames = frames_of(&lengths, tables, self.format.frames, begins).map_err(content)?;
        Ok(Layout::Encapsulated { codec, fragments, frames })
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        self.bytes.read_exact_at(offset, out).map_err(|e| io_error(self.path, e))
    }

    fn fault(&self, kind: FaultKind, found: impl Into<String>, expected: &str) -> ReadError {
        let advice = "the file is damaged: export it again from its source";
        ReadError::content(
            self.path,
            Fault::new(kind, found, expected, advice).of(tags::PIXEL_DATA),
        )
    }
}

fn io_error(path: &Path, source: io::Error) -> ReadError {
    ReadError::Io { path: path.into(), source }
}
