//! From bytes to a tree: every length is checked before it is believed.

use dicom_core::header::DataElementHeader;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use super::dataset::{DataSet, Element, Value};
use super::error::{Fault, FaultKind};
use super::syntax::{ByteOrder, Encoding, detect, dictionary_vr};
use super::text::Charset;

/// Sequences may nest this deep. No object of the standard comes near.
pub const MAX_DEPTH: usize = 64;

/// Elements and items that a file may hold, which bounds the memory of its tree to about 1 GB.
pub const MAX_NODES: usize = 16_000_000;

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// The bytes at hand, and how many the file holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a> {
    /// From the start of the file; perhaps not to its end.
    pub(crate) at_hand: &'a [u8],
    /// Length of the whole.
    pub(crate) total: usize,
}

/// Why parsing stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The bytes are wrong.
    Fault(Fault),
    /// The bytes at hand end before what the file holds is needed.
    MoreBytes,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Parses the data set that begins at `start`, up to the first element at or after `stop`.
/// Gives the position behind the last element read.
pub(crate) fn parse<'a>(
    bytes: Bytes<'a>,
    start: usize,
    encoding: Encoding,
    stop: Option<Tag>,
) -> Result<(DataSet<'a>, usize), Stop> {
    let written = bytes.at_hand.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
    let mut parser = Parser { bytes, written, pos: start, nodes: 0 };
    let scope = Scope { encoding, end: bytes.total, delimited: false, depth: 0 };
    let set = parser.data_set(scope, stop, &Charset::default())?;
    Ok((set, parser.pos))
}

struct Parser<'a> {
    bytes: Bytes<'a>,
    /// Behind the last byte that is not zero.
    written: usize,
    pos: usize,
    nodes: usize,
}

/// What surrounds the elements being read.
#[derive(Clone, Copy)]
struct Scope {
    encoding: Encoding,
    /// Where the surroundings end; nothing inside may reach further.
    end: usize,
    /// Ended by a delimiter rather than by `end`.
    delimited: bool,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn data_set(
        &mut self,
        scope: Scope,
        stop: Option<Tag>,
        outer: &Charset,
    ) -> Result<DataSet<'a>, Stop> {
        let mut set = DataSet { elements: Vec::new(), charset: outer.clone() };
        let top = scope.depth == 0;
        while scope.delimited || self.pos < scope.end {
            if top && self.only_zeros_left() {
                self.pos = scope.end;
                break;
            }
            let before = self.pos;
            let header = self.header(scope)?;
            match header.tag {
                ITEM_END if scope.delimited => return Ok(set),
                // Left over where a writer closed what it had not opened; it holds nothing.
                ITEM_END | SEQUENCE_END if top && header.len.0 == 0 => continue,
                Tag(0xFFFE, _) => return Err(unexpected(before, header.tag, "an element").into()),
                _ => {}
            }
            if top && stop.is_some_and(|stop| header.tag >= stop) {
                self.pos = before;
                break;
            }
            let element = self.element(header, scope, before, &set.charset)?;
            if let (tags::SPECIFIC_CHARACTER_SET, Value::Bytes(value)) =
                (element.tag, &element.value)
            {
                set.charset = Charset::from_value(value);
            }
            set.elements.push(element);
        }
        Ok(set)
    }

    fn element(
        &mut self,
        header: DataElementHeader,
        scope: Scope,
        before: usize,
        charset: &Charset,
    ) -> Result<Element<'a>, Stop> {
        let DataElementHeader { tag, mut vr, len } = header;
        let mut encoding = scope.encoding;
        let value = match len.get() {
            None if vr == VR::OB || vr == VR::OW => self.fragments(scope, tag)?,
            None => {
                // UN of undefined length is implicit VR inside (PS3.5 section 6.2.2, CP-246).
                if vr == VR::UN {
                    encoding = self.encoding_inside(scope);
                }
                vr = VR::SQ;
                let inside = Scope { encoding, end: scope.end, delimited: true, ..scope };
                Value::Items(self.items(inside, tag, charset)?)
            }
            Some(length) => {
                let end = self.end_of_value(length as usize, scope, tag, before)?;
                if vr == VR::UN {
                    (vr, encoding) = self.true_vr(tag, end, scope);
                }
                if vr == VR::SQ {
                    let inside = Scope { encoding, end, delimited: false, ..scope };
                    Value::Items(self.items(inside, tag, charset)?)
                } else {
                    let start = self.pos;
                    let value = self.bytes.at_hand.get(start..end).ok_or(Stop::MoreBytes)?;
                    self.pos = end;
                    Value::Bytes(value)
                }
            }
        };
        Ok(Element { tag, vr, byte_order: encoding.byte_order(), value })
    }

    /// What a `UN` of defined length really is. A value too long for an explicit VR is written as
    /// `UN` (PS3.5 section 6.2.2), and so is whatever a gateway did not know.
    fn true_vr(&self, tag: Tag, end: usize, scope: Scope) -> (VR, Encoding) {
        let unchanged = (VR::UN, scope.encoding);
        match dictionary_vr(tag) {
            Some(VR::SQ) => {
                let first = self.bytes.at_hand.get(self.pos..end).unwrap_or_default();
                if first.is_empty() || first.starts_with(&[0xFE, 0xFF, 0x00, 0xE0]) {
                    (VR::SQ, self.encoding_inside(scope))
                } else {
                    unchanged
                }
            }
            // The order of bytes in a UN of a big endian file is not known.
            Some(vr) if scope.encoding.byte_order() == ByteOrder::Little => (vr, scope.encoding),
            Some(vr @ (VR::DS | VR::IS | VR::UI | VR::CS | VR::LO | VR::SH)) => {
                (vr, scope.encoding)
            }
            Some(_) | None => unchanged,
        }
    }

    /// The encoding within the first item at the position: implicit by the standard, explicit
    /// where the bytes say so.
    fn encoding_inside(&self, scope: Scope) -> Encoding {
        let inside = self.bytes.at_hand.get(self.pos + 8..scope.end.min(self.bytes.at_hand.len()));
        let inside = inside.unwrap_or_default();
        detect(inside, scope.end - self.pos, Some(Encoding::ImplicitLittle))
            .unwrap_or(Encoding::ImplicitLittle)
    }

    fn items(
        &mut self,
        scope: Scope,
        tag: Tag,
        charset: &Charset,
    ) -> Result<Vec<DataSet<'a>>, Stop> {
        let depth = scope.depth + 1;
        if depth > MAX_DEPTH {
            let found = format!("sequences nested more than {MAX_DEPTH} deep");
            let advice = "no real object is nested like this: do not use the file";
            return Err(Fault::new(FaultKind::TooLarge, found, "fewer", advice)
                .of(tag)
                .at(self.pos)
                .into());
        }
        let mut items = Vec::new();
        while scope.delimited || self.pos < scope.end {
            let before = self.pos;
            let header = self.header(scope)?;
            match header.tag {
                ITEM => {}
                SEQUENCE_END if scope.delimited => break,
                // A sequence of defined length that was closed all the same.
                SEQUENCE_END if header.len.0 == 0 && self.pos == scope.end => break,
                other => return Err(unexpected(before, other, "an item").of(tag).into()),
            }
            let inside = match header.len.get() {
                None => Scope { depth, delimited: true, ..scope },
                Some(length) => {
                    let end = self.end_of_value(length as usize, scope, tag, before)?;
                    Scope { depth, delimited: false, end, ..scope }
                }
            };
            items.push(self.data_set(inside, None, charset)?);
        }
        Ok(items)
    }

    fn fragments(&mut self, scope: Scope, tag: Tag) -> Result<Value<'a>, Stop> {
        let mut fragments = Vec::new();
        let mut offsets = None;
        loop {
            let before = self.pos;
            let header = self.header(scope)?;
            match (header.tag, header.len.get()) {
                (SEQUENCE_END, _) => {
                    return Ok(Value::Fragments {
                        offsets: offsets.unwrap_or_default(),
                        fragments,
                    });
                }
                (ITEM, Some(length)) => {
                    let end = self.end_of_value(length as usize, scope, tag, before)?;
                    let fragment = self.bytes.at_hand.get(self.pos..end).ok_or(Stop::MoreBytes)?;
                    self.pos = end;
                    match offsets {
                        None => offsets = Some(fragment),
                        Some(_) => fragments.push(fragment),
                    }
                }
                (other, _) => return Err(unexpected(before, other, "a fragment").of(tag).into()),
            }
        }
    }

    /// Reads a header and moves behind it.
    fn header(&mut self, scope: Scope) -> Result<DataElementHeader, Stop> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let found = format!("more than {MAX_NODES} elements and items");
            let advice = "no real object has so many: do not use the file";
            return Err(Fault::new(FaultKind::TooLarge, found, "fewer", advice)
                .at(self.pos)
                .into());
        }
        let at_hand = self.bytes.at_hand;
        let rest = at_hand.get(self.pos..scope.end.min(at_hand.len())).unwrap_or_default();
        if let Some((header, size)) = scope.encoding.header(rest) {
            self.pos += size;
            return Ok(header);
        }
        if at_hand.len() < scope.end.min(self.bytes.total) {
            return Err(Stop::MoreBytes);
        }
        let found = format!("{} bytes", rest.len());
        let fault = if scope.end == self.bytes.total {
            truncated(found, "an element header of 8 or 12 bytes".into())
        } else {
            malformed(found, "an element header within its item".into())
        };
        Err(fault.at(self.pos).into())
    }

    /// Where a value of `length` bytes ends that begins at the position.
    fn end_of_value(
        &self,
        length: usize,
        scope: Scope,
        tag: Tag,
        before: usize,
    ) -> Result<usize, Fault> {
        let end = self.pos.saturating_add(length);
        if end <= scope.end {
            return Ok(end);
        }
        let left = scope.end.saturating_sub(self.pos);
        let fault = if end > self.bytes.total {
            truncated(format!("{left} bytes left"), format!("{length} bytes as declared"))
        } else {
            malformed(format!("a length of {length}"), format!("at most {left} within its item"))
        };
        Err(fault.of(tag).at(before))
    }

    /// Zeros after the data set are padding to a block size. No element begins with four of them.
    fn only_zeros_left(&self) -> bool {
        let complete = self.bytes.at_hand.len() == self.bytes.total;
        complete && self.pos >= self.written && self.bytes.total - self.pos >= 4
    }
}

fn truncated(found: String, expected: String) -> Fault {
    let advice = "the file is truncated: copy or export it again";
    Fault::new(FaultKind::Truncated, found, expected, advice)
}

fn malformed(found: String, expected: String) -> Fault {
    let advice = "the file is damaged: export it again from its source";
    Fault::new(FaultKind::Malformed, found, expected, advice)
}

fn unexpected(pos: usize, found: Tag, expected: &str) -> Fault {
    malformed(format!("tag {found}"), expected.into()).at(pos)
}
