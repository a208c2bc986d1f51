//! What tests of the other crates share.
//!
//! A test that uses it fails by a panic, as tests do: nothing here is for programs.

use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;

/// A JSON schema that values are held against.
#[derive(Debug)]
pub struct Schema(Validator);

impl Schema {
    /// The schema in a file.
    ///
    /// # Panics
    /// Where the file cannot be read or is no schema.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path);
        let text = text.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let schema: Value =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let validator = jsonschema::validator_for(&schema);
        Self(validator.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    }

    /// Whether a value is what the schema says.
    #[must_use]
    pub fn fits(&self, value: &Value) -> bool {
        self.0.is_valid(value)
    }

    /// Fails with everything that is not as the schema says.
    ///
    /// # Panics
    /// Where the value does not fit.
    pub fn assert_fits(&self, value: &Value) {
        let faults: Vec<String> = self.0.iter_errors(value).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
