//! The margins that PRVs should have, where the user says so and not their names.

/// The most that a margin can be, mm.
const MOST_MM: f64 = 50.0;

/// Margins of PRVs that the user states. They go before what names say.
///
/// # Example
/// ```
/// use thecal::PrvMargins;
///
/// let mut margins = PrvMargins::default();
/// margins.set(None, 2.0)?;
/// margins.set(Some("Cord_PRV"), 1.5)?;
/// assert_eq!(margins.of("Cord_PRV"), Some(1.5));
/// assert_eq!(margins.of("PRV 2"), Some(2.0));
/// assert!(margins.set(None, 0.0).is_err());
/// # Ok::<(), thecal::PrvMarginError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PrvMargins {
    all_mm: Option<f64>,
    named: Vec<(String, f64)>,
}

/// A margin out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("margin {0} mm of a PRV: expected a length above 0 and at most 50 mm")]
pub struct PrvMarginError(pub f64);

impl PrvMargins {
    /// Sets the margin of the structure of a name, or of all PRVs that are not named.
    ///
    /// # Errors
    /// When it is not a length above 0 and at most 50 mm.
    pub fn set(&mut self, name: Option<&str>, margin_mm: f64) -> Result<(), PrvMarginError> {
        if !(margin_mm > 0.0 && margin_mm <= MOST_MM) {
            return Err(PrvMarginError(margin_mm));
        }
        match name {
            None => self.all_mm = Some(margin_mm),
            Some(name) => {
                self.named.retain(|(known, _)| known != name);
                self.named.push((name.to_owned(), margin_mm));
            }
        }
        Ok(())
    }

    /// The margin of a structure.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<f64> {
        let named = self.named.iter().find(|(known, _)| known == name);
        named.map(|(_, margin_mm)| *margin_mm).or(self.all_mm)
    }

    /// All of them: that of all PRVs first, which has no name.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Option<&str>, f64)> {
        let named = self.named.iter().map(|(name, mm)| (Some(name.as_str()), *mm));
        self.all_mm.map(|mm| (None, mm)).into_iter().chain(named)
    }
}
