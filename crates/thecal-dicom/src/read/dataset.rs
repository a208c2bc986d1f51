//! A data set as a tree whose values are slices of the file.

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use super::decimal::Decimals;
use super::error::{Fault, FaultKind, excerpt};
use super::syntax::{ByteOrder, sign_depends_on_pixels};
use super::text::{Charset, trimmed};

/// The value of one element.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// The bytes, as they stand in the file.
    Bytes(&'a [u8]),
    /// The items of a sequence.
    Items(Vec<DataSet<'a>>),
    /// Encapsulated pixel data.
    Fragments {
        /// The basic offset table; empty where there is none.
        offsets: &'a [u8],
        /// The fragments behind it.
        fragments: Vec<&'a [u8]>,
    },
}

/// One element of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Element<'a> {
    /// The attribute.
    pub tag: Tag,
    /// Its value representation: as declared, or from the dictionary where the file declares
    /// none or `UN`.
    pub vr: VR,
    /// The order of bytes in a binary value.
    pub byte_order: ByteOrder,
    /// The value.
    pub value: Value<'a>,
}

/// A data set or an item of a sequence, in file order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataSet<'a> {
    pub(crate) elements: Vec<Element<'a>>,
    pub(crate) charset: Charset,
}

impl<'a> DataSet<'a> {
    /// All elements, in file order.
    #[must_use]
    pub fn elements(&self) -> &[Element<'a>] {
        &self.elements
    }

    /// The element of an attribute; the last one where a file repeats it.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&Element<'a>> {
        self.elements.iter().rev().find(|element| element.tag == tag)
    }

    /// The bytes of a value; `None` where it is absent or a sequence.
    #[must_use]
    pub fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        match self.get(tag)?.value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Text without its padding, decoded by the character set in force; several values stay
    /// joined by backslashes. `None` where it is absent or empty.
    #[must_use]
    pub fn text(&self, tag: Tag) -> Option<String> {
        let bytes = self.bytes(tag)?;
        Some(self.charset.decode(bytes)).filter(|text| !text.is_empty())
    }

    /// A UID or a code string without its padding; `None` where it is absent, empty or not ASCII.
    #[must_use]
    pub fn code(&self, tag: Tag) -> Option<&'a str> {
        let bytes = trimmed(self.bytes(tag)?);
        std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty() && text.is_ascii())
    }

    /// The items of a sequence; none where it is absent or empty.
    ///
    /// # Errors
    /// The attribute holds a value that is no sequence.
    pub fn items(&self, tag: Tag) -> Result<&[DataSet<'a>], Fault> {
        match self.get(tag).map(|element| &element.value) {
            None | Some(Value::Bytes([])) => Ok(&[]),
            Some(Value::Items(items)) => Ok(items),
            Some(Value::Bytes(_) | Value::Fragments { .. }) => Err(Fault::new(
                FaultKind::BadValue,
                "a value without items",
                "a sequence",
                "export the object again from its source",
            )
            .of(tag)),
        }
    }

    /// Numbers, from a Decimal or Integer String or from binary by the VR; empty where the
    /// attribute is absent or empty.
    ///
    /// # Errors
    /// A component is no finite number, or the VR holds no numbers.
    pub fn numbers(&self, tag: Tag) -> Result<Vec<f64>, Fault> {
        let Some((element, bytes)) = self.get(tag).zip(self.bytes(tag)) else {
            return Ok(Vec::new());
        };
        let bad = |found: String, expected: &str| {
            Fault::new(FaultKind::BadValue, found, expected, "correct it where the file was made")
                .of(tag)
        };
        if is_text(element.vr) {
            return Decimals::new(bytes)
                .map(|number| {
                    number.map_err(|e| {
                        let found = format!("{} as value {}", excerpt(e.text), e.component);
                        bad(found, "a finite decimal number")
                    })
                })
                .collect();
        }
        let vr = match element.vr {
            // Implicit VR does not tell signed from unsigned; the pixels do.
            VR::US if sign_depends_on_pixels(tag) && self.signed_pixels() => VR::SS,
            vr => vr,
        };
        let numbers = binary(bytes, vr, element.byte_order).ok_or_else(|| {
            bad(format!("{} bytes of VR {}", bytes.len(), vr.to_string()), "numbers")
        })?;
        match numbers.iter().find(|number| !number.is_finite()) {
            Some(number) => Err(bad(number.to_string(), "a finite number")),
            None => Ok(numbers),
        }
    }

    /// The only or first number; `None` where the attribute is absent or empty.
    ///
    /// # Errors
    /// As [`Self::numbers`].
    pub fn number(&self, tag: Tag) -> Result<Option<f64>, Fault> {
        Ok(self.numbers(tag)?.first().copied())
    }

    /// The only or first whole number; `None` where the attribute is absent or empty.
    ///
    /// # Errors
    /// As [`Self::numbers`], or the number is not whole or above 2^53.
    pub fn integer(&self, tag: Tag) -> Result<Option<i64>, Fault> {
        let Some(number) = self.number(tag)? else { return Ok(None) };
        if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
            return Ok(Some(number as i64));
        }
        Err(Fault::new(
            FaultKind::BadValue,
            number.to_string(),
            "a whole number",
            "correct it where the file was made",
        )
        .of(tag))
    }

    /// True where a character set is declared that cannot be decoded.
    #[must_use]
    pub fn has_unknown_charset(&self) -> bool {
        self.charset.is_unknown()
    }

    fn signed_pixels(&self) -> bool {
        let Some((element, bytes)) =
            self.get(tags::PIXEL_REPRESENTATION).zip(self.bytes(tags::PIXEL_REPRESENTATION))
        else {
            return false;
        };
        binary(bytes, VR::US, element.byte_order).is_some_and(|values| values.first() == Some(&1.0))
    }
}

fn is_text(vr: VR) -> bool {
    !matches!(
        vr,
        VR::AT
            | VR::FL
            | VR::FD
            | VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SL
            | VR::SQ
            | VR::SS
            | VR::SV
            | VR::UL
            | VR::UN
            | VR::US
            | VR::UV
    )
}

/// Binary numbers; `None` where the VR holds none or the bytes do not divide evenly.
fn binary(bytes: &[u8], vr: VR, order: ByteOrder) -> Option<Vec<f64>> {
    macro_rules! read {
        ($type:ty) => {{
            let (chunks, rest) = bytes.as_chunks::<{ size_of::<$type>() }>();
            rest.is_empty().then(|| {
                chunks
                    .iter()
                    .map(|&chunk| match order {
                        ByteOrder::Little => <$type>::from_le_bytes(chunk) as f64,
                        ByteOrder::Big => <$type>::from_be_bytes(chunk) as f64,
                    })
                    .collect()
            })
        }};
    }
    match vr {
        VR::US => read!(u16),
        VR::SS => read!(i16),
        VR::UL => read!(u32),
        VR::SL => read!(i32),
        VR::FL | VR::OF => read!(f32),
        VR::FD | VR::OD => read!(f64),
        _ => None,
    }
}
