//! Objects whose headers were read before, taken up again without reading them.

use std::path::PathBuf;
use std::sync::Arc;

use thecal_store::Store;

use super::header::PatientKey;
use super::{Kind, Object, header};

impl Object {
    /// An object that an earlier index listed, as that wrote it down: the caller fills in its UIDs
    /// and its description. Of several that are taken up together those of one patient are given
    /// one number.
    ///
    /// # Example
    /// ```no_run
    /// use thecal_dicom::index::{Kind, Object, index};
    /// use thecal_store::Store;
    ///
    /// let found = index(&["study".into()])?;
    /// // Kept somewhere, and later, on another machine:
    /// let store = Store::files();
    /// let again: Vec<_> = found.objects.iter().map(|o| {
    ///     let mut listed = Object::listed(o.path.clone(), o.kind, 0);
    ///     listed.sop_instance_uid = o.sop_instance_uid.clone();
    ///     listed.read_again(&store)
    /// }).collect();
    /// assert_eq!(again.len(), found.objects.len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn listed(path: PathBuf, kind: Kind, patient: u64) -> Self {
        Self {
            path,
            kind,
            sop_class_uid: String::new(),
            sop_instance_uid: String::new(),
            series_instance_uid: String::new(),
            study_instance_uid: String::new(),
            frame_of_reference_uid: None,
            series_description: None,
            patient: PatientKey::numbered(patient),
            registration: None,
        }
    }

    /// A listed object with what its file holds: registrations are small and are read again; of
    /// other objects no byte is.
    #[must_use]
    pub fn read_again(self, store: &Store) -> Self {
        let registered = self.kind.is_registration();
        let registration = registered.then(|| header::read_registration(store, &self.path));
        Self { registration: registration.map(Arc::new), ..self }
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
        let listed = |kind| {
            let object = Object::listed("/nowhere/file.dcm".into(), kind, 3);
            Object { sop_instance_uid: "1.2".to_owned(), ..object }
        };
        let store = Store::files();
        let gone = listed(Kind::Reg).read_again(&store);
        assert!(
            gone.registration().is_some_and(|r| r.is_err_and(|e| e.contains("/nowhere/file.dcm")))
        );
        let image = listed(Kind::Ct).read_again(&store);
        assert_eq!(image, listed(Kind::Ct));
    }
}
