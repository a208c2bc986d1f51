//! What tells frames at one position apart: phase, echo, b-value and the like.

use std::cmp::Ordering;

use super::functional_groups::Groups;
use crate::read::{Tag, tags};

/// An attribute that can tell volumes of one series apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Key {
    /// Stack ID of an enhanced image.
    Stack,
    /// Image Type or Frame Type, with the component of a complex image.
    ImageType,
    /// Temporal Position Identifier or Index.
    TemporalPosition,
    /// Echo Time, ms; Echo Number where there is no time.
    Echo,
    /// Inversion Time, ms.
    InversionTime,
    /// Diffusion b-value, s/mm².
    BValue,
    /// Diffusion gradient direction.
    Gradient,
    /// Trigger Time or cardiac trigger delay, ms.
    TriggerTime,
    /// Acquisition Number.
    Acquisition,
}

impl Key {
    /// The order in which they are tried.
    pub(super) const ALL: [Self; 9] = [
        Self::Stack,
        Self::ImageType,
        Self::TemporalPosition,
        Self::Echo,
        Self::InversionTime,
        Self::BValue,
        Self::Gradient,
        Self::TriggerTime,
        Self::Acquisition,
    ];

    /// The word for messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::ImageType => "image type",
            Self::TemporalPosition => "temporal position",
            Self::Echo => "echo",
            Self::InversionTime => "inversion time",
            Self::BValue => "b-value",
            Self::Gradient => "gradient direction",
            Self::TriggerTime => "trigger time",
            Self::Acquisition => "acquisition number",
        }
    }
}

/// The value of a [`Key`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum KeyValue {
    Number(f64),
    Text(String),
}

impl KeyValue {
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl std::fmt::Display for KeyValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

/// The values of one frame, in the order of [`Key::ALL`].
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Keys([Option<KeyValue>; 9]);

impl Keys {
    pub(super) fn get(&self, key: Key) -> Option<&KeyValue> {
        self.0[key as usize].as_ref()
    }

    /// A value that cannot be read tells nothing apart; nothing else depends on it.
    pub(super) fn read(groups: &Groups<'_, '_>) -> Self {
        let number = |places: &[(Tag, Tag)]| {
            let mut found = places.iter().filter_map(|&(g, t)| groups.number(g, t).ok().flatten());
            found.next().map(KeyValue::Number)
        };
        let content = tags::FRAME_CONTENT_SEQUENCE;
        let mut keys = Self::default();
        keys.0[Key::Stack as usize] = groups.text(content, tags::STACK_ID).map(KeyValue::Text);
        keys.0[Key::ImageType as usize] = image_type(groups).map(KeyValue::Text);
        keys.0[Key::TemporalPosition as usize] = number(&[
            (content, tags::TEMPORAL_POSITION_INDEX),
            (content, tags::TEMPORAL_POSITION_IDENTIFIER),
        ]);
        keys.0[Key::Echo as usize] = number(&[
            (tags::MR_ECHO_SEQUENCE, tags::EFFECTIVE_ECHO_TIME),
            (tags::MR_ECHO_SEQUENCE, tags::ECHO_TIME),
            (tags::MR_ECHO_SEQUENCE, tags::ECHO_NUMBERS),
        ]);
        keys.0[Key::InversionTime as usize] =
            number(&[(tags::MR_MODIFIER_SEQUENCE, tags::INVERSION_TIME)]);
        keys.0[Key::BValue as usize] =
            number(&[(tags::MR_DIFFUSION_SEQUENCE, tags::DIFFUSION_B_VALUE)])
                .or_else(|| private_b_value(groups).map(KeyValue::Number));
        keys.0[Key::Gradient as usize] = gradient(groups).map(KeyValue::Text);
        keys.0[Key::TriggerTime as usize] = number(&[
            (tags::CARDIAC_SYNCHRONIZATION_SEQUENCE, tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME),
            (tags::CARDIAC_SYNCHRONIZATION_SEQUENCE, tags::TRIGGER_TIME),
        ]);
        keys.0[Key::Acquisition as usize] = number(&[
            (content, tags::FRAME_ACQUISITION_NUMBER),
            (content, tags::ACQUISITION_NUMBER),
        ]);
        keys
    }
}

fn image_type(groups: &Groups<'_, '_>) -> Option<String> {
    let mr = tags::MR_IMAGE_FRAME_TYPE_SEQUENCE;
    let kind = groups
        .text(mr, tags::FRAME_TYPE)
        .or_else(|| groups.text(tags::CT_IMAGE_FRAME_TYPE_SEQUENCE, tags::FRAME_TYPE))
        .or_else(|| groups.text(mr, tags::IMAGE_TYPE))?;
    Some(match groups.text(mr, tags::COMPLEX_IMAGE_COMPONENT) {
        Some(component) => format!("{kind}\\{component}"),
        None => kind,
    })
}

fn gradient(groups: &Groups<'_, '_>) -> Option<String> {
    let diffusion = tags::MR_DIFFUSION_SEQUENCE;
    let sequence = tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE;
    let direction = tags::DIFFUSION_GRADIENT_ORIENTATION;
    let numbers = match groups.inner(diffusion, sequence) {
        Some(item) => item.numbers(direction).ok()?,
        None => groups.numbers(diffusion, direction).ok()?,
    };
    let text = || numbers.iter().map(f64::to_string).collect::<Vec<_>>().join("\\");
    (!numbers.is_empty()).then(text).or_else(|| {
        // Isotropic and trace images have no direction.
        groups.text(diffusion, tags::DIFFUSION_DIRECTIONALITY)
    })
}

/// Siemens and GE wrote b-values before the standard had a place for them.
fn private_b_value(groups: &Groups<'_, '_>) -> Option<f64> {
    let creator =
        |tag: Tag, name: &str| groups.text(tag, tag).is_some_and(|found| found.starts_with(name));
    let number = |tag: Tag| groups.number(tag, tag).ok().flatten();
    if creator(Tag(0x0019, 0x0010), "SIEMENS MR HEADER") {
        return number(Tag(0x0019, 0x100C));
    }
    if creator(Tag(0x0043, 0x0010), "GEMS_PARM_01") {
        // 1e9 is added as a mark on newer systems.
        return number(Tag(0x0043, 0x1039)).map(|b| b % 1e6);
    }
    None
}
