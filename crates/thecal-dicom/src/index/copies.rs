//! Whether two files that carry one SOP Instance UID hold one object.

use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use thecal_store::Store;

use crate::read::{DataSet, Element, Source, Value};

/// True where two files hold the same object: byte for byte, or encoded otherwise. Of objects in
/// different transfer syntaxes pixels are not compared, since compression changes them.
pub(super) fn same(store: &Store, a: &Path, b: &Path) -> bool {
    let (Ok(of_a), Ok(of_b)) = (store.read(a), store.read(b)) else { return false };
    if of_a == of_b {
        return true;
    }
    let (Ok(a), Ok(b)) = (Source::from_bytes(a, of_a), Source::from_bytes(b, of_b)) else {
        return false;
    };
    let (Ok(of_a), Ok(of_b)) = (a.data_set(), b.data_set()) else { return false };
    let pixels = a.transfer_syntax() == b.transfer_syntax();
    same_set(&of_a, &of_b, pixels)
}

fn same_set(a: &DataSet<'_>, b: &DataSet<'_>, pixels: bool) -> bool {
    let (ours, theirs) = (counted(a, pixels), counted(b, pixels));
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(x, y)| {
            x.tag == y.tag
                && match (&x.value, &y.value) {
                    (Value::Bytes(p), Value::Bytes(q)) if x.byte_order == y.byte_order => {
                        unpadded(p) == unpadded(q)
                    }
                    (Value::Bytes(_), Value::Bytes(_)) => same_number(x.tag, a, b),
                    // A sequence without items may have lost its VR.
                    (Value::Items(p), Value::Items(q)) => {
                        p.len() == q.len() && p.iter().zip(q).all(|(p, q)| same_set(p, q, pixels))
                    }
                    (Value::Items(none), Value::Bytes([]))
                    | (Value::Bytes([]), Value::Items(none)) => none.is_empty(),
                    (x, y) => x == y,
                }
        })
}

/// Values of different byte orders: text is the same bytes, numbers are the same numbers.
fn same_number(tag: Tag, a: &DataSet<'_>, b: &DataSet<'_>) -> bool {
    if a.bytes(tag).map(unpadded) == b.bytes(tag).map(unpadded) {
        return true;
    }
    matches!((a.numbers(tag), b.numbers(tag)), (Ok(x), Ok(y)) if x == y)
}

/// The elements that say something of the object: no lengths of groups, no padding.
fn counted<'a, 'b>(data: &'b DataSet<'a>, pixels: bool) -> Vec<&'b Element<'a>> {
    let mut out: Vec<&Element<'_>> = data
        .elements()
        .iter()
        .filter(|e| e.tag.element() != 0 && e.tag != tags::DATA_SET_TRAILING_PADDING)
        .filter(|e| pixels || e.tag.group() != 0x7FE0)
        .collect();
    out.sort_by_key(|e| e.tag);
    out
}

fn unpadded(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|b| !matches!(b, 0 | b' ')).map_or(0, |at| at + 1);
    &bytes[..end]
}
