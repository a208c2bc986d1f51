//! How a data set is encoded: what the transfer syntax says, and what the bytes say.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::header::DataElementHeader;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, uids};
use dicom_encoding::decode::Decode;
use dicom_encoding::decode::explicit_be::ExplicitVRBigEndianDecoder;
use dicom_encoding::decode::explicit_le::ExplicitVRLittleEndianDecoder;
use dicom_encoding::decode::implicit_le::StandardImplicitVRLittleEndianDecoder;

/// The order of bytes in binary values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

/// The encoding of a data set (PS3.5 section 7.1 and annex A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Implicit VR, little endian.
    ImplicitLittle,
    /// Explicit VR, little endian.
    ExplicitLittle,
    /// Explicit VR, big endian (retired).
    ExplicitBig,
}

impl Encoding {
    /// The order of bytes in binary values.
    #[must_use]
    pub fn byte_order(self) -> ByteOrder {
        if self == Self::ExplicitBig { ByteOrder::Big } else { ByteOrder::Little }
    }

    /// Decodes the header at the start of `bytes`; `None` where they are too few.
    pub(crate) fn header(self, bytes: &[u8]) -> Option<(DataElementHeader, usize)> {
        let mut source = bytes;
        match self {
            Self::ImplicitLittle => {
                StandardImplicitVRLittleEndianDecoder::default().decode_header(&mut source)
            }
            Self::ExplicitLittle => {
                ExplicitVRLittleEndianDecoder::default().decode_header(&mut source)
            }
            Self::ExplicitBig => ExplicitVRBigEndianDecoder::default().decode_header(&mut source),
        }
        .ok()
    }
}

/// What a Transfer Syntax UID says of the data set around the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) encoding: Encoding,
    pub(crate) deflated: bool,
}

/// The encoding that a Transfer Syntax UID names; `None` for one that is not of the standard.
pub(crate) fn declared(uid: &str) -> Option<Declared> {
    let (encoding, deflated) = match uid {
        uids::IMPLICIT_VR_LITTLE_ENDIAN => (Encoding::ImplicitLittle, false),
        // Retired, so that its constant is marked as deprecated.
        "1.2.840.10008.1.2.2" => (Encoding::ExplicitBig, false),
        uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
        | uids::JPIP_REFERENCED_DEFLATE
        | uids::JPIPHTJ2K_REFERENCED_DEFLATE => (Encoding::ExplicitLittle, true),
        // GE's private syntax swaps the pixels only.
        "1.2.840.113619.5.2" => (Encoding::ImplicitLittle, false),
        // Every other syntax of the standard encapsulates pixels in explicit little endian.
        _ if uid.starts_with("1.2.840.10008.1.2") => (Encoding::ExplicitLittle, false),
        _ => return None,
    };
    Some(Declared { encoding, deflated })
}

/// The VR that the dictionary gives an attribute; `None` for private and unknown ones.
pub(crate) fn dictionary_vr(tag: Tag) -> Option<VR> {
    virtual_vr(tag).map(VirtualVr::relaxed)
}

/// True where a Pixel Representation decides between signed and unsigned.
pub(crate) fn sign_depends_on_pixels(tag: Tag) -> bool {
    virtual_vr(tag) == Some(VirtualVr::Xs)
}

fn virtual_vr(tag: Tag) -> Option<VirtualVr> {
    StandardDataDictionary.by_tag(tag).map(|entry| entry.vr())
}

/// The encoding in which the first elements of `bytes` make sense, of a data set that `available`
/// bytes are left for. What was declared has the first say; `None` where nothing makes sense.
pub(crate) fn detect(bytes: &[u8], available: usize, said: Option<Encoding>) -> Option<Encoding> {
    if said.is_none() {
        // Nothing marks these bytes as DICOM: they have to begin with an attribute that exists.
        let first = |encoding: Encoding| encoding.header(bytes).map(|(header, _)| header.tag);
        let known = |encoding| first(encoding).and_then(dictionary_vr).is_some();
        if !known(Encoding::ImplicitLittle) && !known(Encoding::ExplicitBig) {
            return None;
        }
    }
    let any = [Encoding::ExplicitLittle, Encoding::ImplicitLittle, Encoding::ExplicitBig];
    said.into_iter().chain(any).find(|&encoding| plausible(bytes, available, encoding))
}

/// Reads up to four headers and asks whether they can be the start of a data set.
fn plausible(bytes: &[u8], available: usize, encoding: Encoding) -> bool {
    let mut pos = 0_usize;
    let mut last = None;
    for _ in 0..4 {
        let Some(rest) = bytes.get(pos..).filter(|rest| !rest.is_empty()) else { break };
        let Some((header, size)) = encoding.header(rest) else { break };
        let known = dictionary_vr(header.tag);
        // In the wrong byte order group 0008 becomes 0800. Group lengths exist in every group.
        let first_fits =
            (2..=0x0100).contains(&header.tag.0) || (known.is_some() && header.tag.1 != 0);
        if last.is_none() && !first_fits {
            return false;
        }
        if last.is_some_and(|last| header.tag <= last) {
            return false;
        }
        let letters = [rest[4], rest[5]];
        let letters_fit =
            VR::from_binary(letters).is_some_and(|vr| known.is_none_or(|known| similar(vr, known)));
        match encoding {
            Encoding::ImplicitLittle => {
                // A length whose low half spells the attribute's own VR is no length.
                if letters_fit && known.is_some() {
                    return false;
                }
            }
            Encoding::ExplicitLittle | Encoding::ExplicitBig => {
                if VR::from_binary(letters).is_none() {
                    return false;
                }
            }
        }
        let Some(length) = header.len.get() else { return true };
        pos = match pos.checked_add(size).and_then(|p| p.checked_add(length as usize)) {
            Some(next) if next <= available => next,
            // The first element alone decides; a file cut off later is for the parser to say.
            _ => return last.is_some(),
        };
        last = Some(header.tag);
    }
    last.is_some()
}

fn similar(a: VR, b: VR) -> bool {
    let words = [VR::US, VR::SS, VR::OW, VR::OB];
    a == b || (words.contains(&a) && words.contains(&b))
}
