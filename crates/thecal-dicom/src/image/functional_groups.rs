//! Where an attribute of a frame stands in an enhanced image (PS3.3 section C.7.6.16).

use dicom_core::Tag;

use crate::read::{DataSet, Fault, tags};

/// Where an attribute of a frame may stand, nearest first.
pub(super) struct Groups<'d, 'a> {
    pub(super) own: Option<&'d DataSet<'a>>,
    pub(super) shared: Option<&'d DataSet<'a>>,
    pub(super) top: &'d DataSet<'a>,
}

impl<'d, 'a> Groups<'d, 'a> {
    /// The item that holds an attribute: of the named group of this frame, of all frames, of what
    /// a converter could not assign, or the data set itself.
    pub(super) fn holder(&self, group: Tag, tag: Tag) -> Option<&'d DataSet<'a>> {
        let unassigned = [
            tags::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
            tags::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE,
        ];
        let groups = std::iter::once(group).chain(unassigned);
        groups
            .flat_map(|group| [self.own, self.shared].map(|set| (group, set)))
            .filter_map(|(group, set)| set?.items(group).ok()?.first())
            .chain([self.top])
            .find(|item| item.bytes(tag).is_some_and(|b| !b.is_empty()))
    }

    pub(super) fn numbers(&self, group: Tag, tag: Tag) -> Result<Vec<f64>, Fault> {
        self.holder(group, tag).map_or(Ok(Vec::new()), |item| item.numbers(tag))
    }

    pub(super) fn number(&self, group: Tag, tag: Tag) -> Result<Option<f64>, Fault> {
        Ok(self.numbers(group, tag)?.first().copied())
    }

    /// The first item of a sequence within the named group of this frame, or of all frames.
    pub(super) fn inner(&self, group: Tag, sequence: Tag) -> Option<&'d DataSet<'a>> {
        let sets = [self.own, self.shared].into_iter().flatten();
        sets.filter_map(|set| set.items(group).ok()?.first()?.items(sequence).ok()?.first()).next()
    }

    pub(super) fn text(&self, group: Tag, tag: Tag) -> Option<String> {
        self.holder(group, tag)?.code(tag).map(str::to_owned)
    }
}
