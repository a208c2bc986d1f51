//! Objects whose headers were read before, taken up again without reading them.

use std::path::PathBuf;
use std::sync::Arc;

use thecal_store::Store;

use super::header::PatientKey;
use super::{Kind, Object, header};

/// What the index found in the header of an object: all that is needed to have the object again.
///
/// # Example
/// ```no_run
/// use thecal_dicom::index::{Known, index};
/// use thecal_store::Store;
///
/// let found = index(&["study".into()])?;
/// let known: Vec<Known> = found.objects.iter().map(|o| Known::from_object(o, 0)).collect();
/// // Kept somewhere, and later, on another machine:
/// let store = Store::files();
/// let again: Vec<_> = known.into_iter().map(|k| k.object(&store)).collect();
/// assert_eq!(again.len(), found.objects.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// SOP Class UID; empty where the file has none.
    pub sop_class_uid: String,
    /// SOP Instance UID; empty where the file has none.
    pub sop_instance_uid: String,
    /// Series Instance UID; empty where the file has none.
    pub series_instance_uid: String,
    /// Study Instance UID; empty where the file has none.
    pub study_instance_uid: String,
    /// Frame of Reference UID.
    pub frame_of_reference_uid: Option<String>,
    /// Series Description, which can hold the name of a person.
    pub series_description: Option<String>,
    /// Which patient of those that are known together it belongs to, as a number that says nothing else.
    pub patient: u64,
}

impl Known {
    /// Of an object of an index. Objects of one patient are to be given one number.
    #[must_use]
    pub fn from_object(object: &Object, patient: u64) -> Self {
        Self {
            path: object.path.clone(),
            kind: object.kind,
            sop_class_uid: object.sop_class_uid.clone(),
            sop_instance_uid: object.sop_instance_uid.clone(),
            series_instance_uid: object.series_instance_uid.clone(),
            study_instance_uid: object.study_instance_uid.clone(),
            frame_of_reference_uid: object.frame_of_reference_uid.clone(),
            series_description: object.series_description.clone(),
            patient,
        }
    }

    /// The object. Registrations are small and are read again; of other objects no byte is.
    #[must_use]
    pub fn object(self, store: &Store) -> Object {
        let registered = self.kind.is_registration();
        let registration = registered.then(|| header::read_registration(store, &self.path));
        Object { registration: registration.map(Arc::new), ..self.unread() }
    }

    /// The object as it is listed; of a registration nothing is known but that.
    #[must_use]
    pub fn unread(self) -> Object {
        Object {
            path: self.path,
            kind: self.kind,
            sop_class_uid: self.sop_class_uid,
            sop_instance_uid: self.sop_instance_uid,
            series_instance_uid: self.series_instance_uid,
            study_instance_uid: self.study_instance_uid,
            frame_of_reference_uid: self.frame_of_reference_uid,
            series_description: self.series_description,
            patient: PatientKey::numbered(self.patient),
            registration: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::named("US"), None);
    }

    #[test]
    fn a_registration_that_has_gone_is_told_of_and_an_image_is_not_read() {
        let known = |kind| Known {
            path: "/nowhere/file.dcm".into(),
            kind,
            sop_class_uid: String::new(),
            sop_instance_uid: "1.2".to_owned(),
            series_instance_uid: String::new(),
            study_instance_uid: String::new(),
            frame_of_reference_uid: None,
            series_description: None,
            patient: 3,
        };
        let store = Store::files();
        let gone = known(Kind::Reg).object(&store);
        assert!(
            gone.registration().is_some_and(|r| r.is_err_and(|e| e.contains("/nowhere/file.dcm")))
        );
        let image = known(Kind::Ct).object(&store);
        assert_eq!(Known::from_object(&image, 3), known(Kind::Ct));
    }
}
