//! What may stand in a file of sources, and what is refused with which words.

use thecal_uncertainty::{Course, Kind, Moved, Preset, SourceError, Sources};

const GOOD: &str = r#"
[[source]]
name = "registration"
structure = "cord"
kind = "registration"
part = "random"
shift_sd_mm = [1.0, 2.0, 3.0]
rotation_sd_deg = [0.1, 0.2, 0.3]
offset_sd_mm = 0.4
reference = "somebody, 2020"
"#;

#[test]
fn a_file_is_read_word_by_word() {
    let sources = Sources::from_toml(GOOD).expect("sources");
    let source = &sources.all()[0];
    assert_eq!(source.name, "registration");
    assert_eq!((source.moved, source.kind), (Moved::Cord, Kind::Registration));
    assert_eq!(source.course, Course::Random);
    assert_eq!(source.shift_sd_mm, [1.0, 2.0, 3.0]);
    assert_eq!(source.rotation_sd_deg, [0.1, 0.2, 0.3]);
    assert_eq!(source.offset_sd_mm, 0.4);
    assert_eq!(source.reference, "somebody, 2020");
    assert_eq!(sources.name(), None);
}

#[test]
fn what_cannot_be_used_is_refused_with_what_to_do() {
    let changed = |from: &str, to: &str| Sources::from_toml(&GOOD.replace(from, to));
    let refused = |from: &str, to: &str, says: &str| {
        let error = changed(from, to).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    };
    refused("\"cord\"", "\"spine\"", "expected cord, thecal_sac, tumour or patient");
    refused("\"registration\"\npart", "\"other\"\npart", "expected contouring, registration");
    refused("\"random\"", "\"sometimes\"", "expected systematic or random");
    refused(
        "2.0, 3.0]",
        "-2.0, 3.0]",
        "shift_sd_mm is -2; expected a standard deviation of 0 to 20 mm",
    );
    refused("2.0, 3.0]", "nan, 3.0]", "shift_sd_mm is NaN");
    refused("0.2, 0.3]", "200, 0.3]", "rotation_sd_deg is 200");
    refused("0.4", "inf", "offset_sd_mm is inf");
    refused("somebody, 2020", " ", "it has no reference");
    refused("name = \"registration\"", "name = \"\"", "it has no name");
    refused("reference", "source", "unknown field `source`");
    refused("\"cord\"", "\"patient\"", "do not go together");
    refused(
        "structure = \"cord\"\nkind = \"registration\"",
        "structure = \"patient\"\nkind = \"set_up\"",
        "has no surface to offset",
    );
    let twice = Sources::from_toml(&format!("{GOOD}{GOOD}")).expect_err("twice").to_string();
    assert!(twice.contains("another source has this name"), "{twice}");
    assert_eq!(Sources::from_toml(""), Err(SourceError::Empty));
    let nothing = GOOD.lines().filter(|l| !l.contains("_sd_")).collect::<Vec<_>>().join("\n");
    let nothing = Sources::from_toml(&nothing).expect_err("nothing varies").to_string();
    assert!(nothing.contains("all its standard deviations are 0"), "{nothing}");
}

#[test]
fn presets_state_a_reference_with_a_doi() {
    let presets = Preset::all().expect("built in");
    assert!(presets.len() >= 3);
    for preset in &presets {
        assert_eq!(preset.sources.name(), Some(preset.name.as_str()));
        assert!(!preset.note.is_empty());
        for source in preset.sources.all() {
            assert!(source.reference.contains("doi 10."), "{}: {}", preset.name, source.reference);
        }
    }
}

/// A published spread of a surface's place is that of its shift and its offset together.
#[test]
fn shift_and_offset_of_delineation_make_what_was_published() {
    let presets = Preset::all().expect("built in");
    for (name, axis, published_mm) in
        [("delineation of the cord", 0, 1.0), ("delineation of the tumour", 1, 1.5)]
    {
        let source = presets[0].sources.all().iter().find(|s| s.name == name).expect(name);
        let sd_mm = source.shift_sd_mm[axis].hypot(source.offset_sd_mm);
        assert!((sd_mm - published_mm).abs() < 0.01, "{name}: {sd_mm}");
    }
}
