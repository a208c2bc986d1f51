//! The page from a record: what it says, that it asks for nothing, and that no text gets out of
//! its place.

use std::collections::BTreeSet;

use thecal_report::html::html;
use thecal_report::picture::pictures;
use thecal_report::*;

fn pair(kind: PairKind, a: &str, b: &str, gap_mm: f64) -> PairRecord {
    let plane = |k: i32| ProfilePlane {
        plane_mm: f64::from(k) * 2.0,
        gap_mm: Some(gap_mm + 0.1 * f64::from(k * k)),
        gap_lower_mm: Some(gap_mm - 0.2),
        gap_upper_mm: Some(gap_mm + 0.3),
    };
    let sector = |k: i32| ProfileSector {
        clock_deg_from: f64::from(k) * 30.0,
        clock_deg_to: f64::from(k + 1) * 30.0,
        gap_mm: (k < 6).then_some(gap_mm + f64::from(k)),
        gap_lower_mm: None,
        gap_upper_mm: None,
    };
    PairRecord {
        pair: kind,
        a: a.into(),
        b: b.into(),
        gap_mm: Some(gap_mm),
        gap_lower_mm: Some(gap_mm - 0.2),
        interval_parts: Vec::new(),
        gap_smoothed_mm: None,
        gap_upper_mm: Some(gap_mm + 0.3),
        overlap_cc: Some(0.0),
        closest: Some(Closest { a_mm: [0.0, -6.0, 1.0], b_mm: [0.0, -6.0 + gap_mm, 1.0] }),
        direction: None,
        r#where: Some(Where { clock_deg: Some(0.0), plane_mm: Some(-3.5), level: None }),
        limited_by: Some(Limit::MissingPlanes),
        below: Vec::new(),
        verdicts: vec![ThresholdVerdict {
            threshold_mm: 2.0,
            verdict: Some(Verdict::Fail),
            by_tolerance: false,
        }],
        headline: Some(Headline::Insufficient),
        decides: kind == PairKind::TumourCord,
        profile: Some(Profile {
            reach_mm: 5.0,
            planes: (-3..=3).map(plane).collect(),
            sectors: (0..12).map(sector).collect(),
        }),
    }
}

fn record(tumour: &str) -> Report {
    Report {
        schema_version: SCHEMA_VERSION.into(),
        tool: Tool { name: "thecal".into(), version: "9.8.7".into() },
        space: "LPS".into(),
        inputs: vec![Input {
            kind: "RTSTRUCT".into(),
            series_instance_uid: None,
            sop_instance_uid: Some("1.2.3.4".into()),
            frame_of_reference_uid: None,
            files: 1,
            content_sha256: None,
        }],
        structures: Vec::new(),
        thresholds_mm: vec![2.0, 3.0],
        tolerance_mm: 0.1,
        parameters: Parameters {
            ends: EndRule::HalfSlice,
            gap_tolerance_mm: 0.01,
            assume_same_frame: false,
        },
        settings: None,
        phases: vec![PhaseRecord {
            phase: Phase::Before,
            scenario: None,
            approach: None,
            anatomy: None,
            pairs: vec![pair(PairKind::TumourCord, tumour, "Cord", 1.25)],
            headline: Headline::Insufficient,
        }],
        separation: None,
        target: None,
        comparison: None,
        dose: None,
        uncertainty: None,
        headline: Headline::Insufficient,
        simulated_headline: None,
        warnings: vec![WarningRecord {
            code: "some_code".into(),
            message: format!("about {tumour}"),
            r#where: tumour.into(),
        }],
    }
}

/// Opening tags that a text has, by name.
fn tags(page: &str) -> BTreeSet<&str> {
    let after = page.split('<').skip(1);
    let named = after.map(|t| t.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(""));
    named.filter(|t| !t.is_empty()).collect()
}

#[test]
fn the_verdict_comes_first_and_the_research_line_once() {
    let page = html(&record("GTV"), None, None).expect("a page");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not there"));
    assert!(at("Insufficient") < at("<table"));
    assert_eq!(page.matches("not a medical device").count(), 1);
    for text in ["1.25", "1.05 to 1.55", "12 o&#x27;clock", "9.8.7", "1.2.3.4", "some_code"] {
        assert!(page.contains(text), "{text} is not there");
    }
    assert!(page.contains("\u{2212}3.5"), "a minus is a minus");
}

#[test]
fn without_the_files_the_page_says_what_is_missing() {
    let page = html(&record("GTV"), None, None).expect("a page");
    assert!(page.contains("need the files of the study"));
    assert!(!page.contains("id=\"slider\"") && !page.contains("three.js authors"));
    let names: Vec<String> = pictures(&record("GTV"), None).into_iter().map(|p| p.name).collect();
    assert_eq!(names, ["profile", "clock"]);
}

#[test]
fn nothing_is_asked_for_from_outside() {
    let page = html(&record("GTV"), None, None).expect("a page");
    for text in ["src=\"http", "href=\"http", "@import", "url(http", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(text), "{text}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn text_of_files_stays_text() {
    let plain = html(&record("GTV"), None, None).expect("a page");
    for name in ["</td><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}"] {
        let page = html(&record(name), None, None).expect("a page");
        assert_eq!(tags(&page), tags(&plain), "{name}");
        assert!(!page.contains(name) || name.starts_with('{'), "{name}");
        assert_eq!(page.matches("<script").count(), plain.matches("<script").count());
    }
    let page = html(&record("{{ 7*7 }}"), None, None).expect("a page");
    assert!(page.contains("{{ 7*7 }} to Cord"));
}

#[test]
fn pictures_carry_no_names() {
    for picture in pictures(&record("Somebody Else"), None) {
        assert!(!picture.svg().contains("Somebody"), "{}", picture.name);
        assert!(!picture.alt.is_empty() && !picture.title.is_empty());
        let png = image::load_from_memory(&picture.png().expect("drawn")).expect("a PNG");
        assert!(png.width() > 300 && png.height() > 300);
    }
}

#[test]
fn a_picture_has_the_same_bytes_each_time() {
    let bytes = || pictures(&record("GTV"), None)[0].png().expect("drawn");
    assert_eq!(bytes(), bytes());
}

#[test]
fn every_label_points_at_something() {
    let page = html(&record("GTV"), None, None).expect("a page");
    for part in page.split("aria-labelledby=\"").skip(1) {
        for id in part.split('"').next().unwrap_or("").split(' ') {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|p| p.split('"').next()).collect();
    let different: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), different.len(), "an id is there twice");
}

#[test]
fn the_target_rule_says_what_each_target_leaves_out() {
    let mut record = record("GTV");
    let mut sectors_cc = vec![0.0; 12];
    sectors_cc[3] = 0.31;
    record.target = Some(TargetRule {
        source: "the rule".into(),
        extents: vec![ExtentRecord {
            name: "zEpidural_Preop".into(),
            tumour: "GTV".into(),
            basis: ExtentBasis::OutsideBone,
            volume_cc: 4.38,
        }],
        left_out: Vec::new(),
    });
    let page = html(&record, None, None).expect("a page");
    for text in
        ["the rule", "4.38 cc", "outside the contoured vertebrae", "No clinical target volume"]
    {
        assert!(page.contains(text), "{text} is not there");
    }
    let target = record.target.as_mut().expect("a target");
    let row = |ctv: &str, volume_cc: f64, sectors_cc| LeftOutRecord {
        ctv: ctv.into(),
        tumour: "GTV".into(),
        volume_cc,
        sectors_cc,
        depth_mm: 2.8,
        deepest_mm: Some([-13.1, 2.4, 3.4]),
    };
    target.left_out = vec![row("CTV_small", 0.44, Some(sectors_cc)), row("CTV_large", 0.001, None)];
    let page = html(&record, None, None).expect("a page");
    let small = page.split("CTV_small").nth(1).and_then(|t| t.split("</tr>").next());
    let small = small.expect("its row");
    for text in
        ["leaves part of it out", "0.44", "2.8", "\u{2212}13.1, 2.4, 3.4", "0.31", "width:100"]
    {
        assert!(small.contains(text), "{text} is not in {small}");
    }
    // The fourth sector, between 3 and 4 o'clock, is the only one with a number.
    let cells: Vec<&str> = small.split("class=\"hour\"").skip(1).collect();
    assert_eq!(cells.len(), 12);
    assert!(cells[3].contains("0.31") && page.contains("3\u{2013}4"));
    assert!(cells.iter().enumerate().all(|(k, c)| k == 3 || c.contains(">0<")));
    let large = page.split("CTV_large").nth(1).and_then(|t| t.split("</tr>").next());
    let large = large.expect("its row");
    assert!(large.contains("includes it") && large.contains("without a centreline"), "{large}");
}

/// The drawing of a name.
fn drawing(report: &Report, name: &str) -> String {
    let found = pictures(report, None).into_iter().find(|p| p.name == name);
    found.expect("the picture").svg().to_owned()
}

#[test]
fn charts_say_interval_and_verdict_and_what_their_marks_stand_for() {
    let record = record("GTV");
    for name in ["profile", "clock"] {
        let svg = drawing(&record, name);
        assert!(svg.contains("1.25 mm (1.05 to 1.55), insufficient"), "{name}");
    }
    let clock = drawing(&record, "clock");
    // The profile of the record reaches 5 mm.
    for text in ["nearer than 2 mm", "nearer than 3 mm", "no tumour within 5 mm"] {
        assert!(clock.contains(text), "{text} is not in the clock's legend");
    }
    // Sectors at 1.25 and 2.25 mm have the arcs of 2 and 3 mm; those at 3.25 mm and more have none.
    let paths = clock.split("<path").filter_map(|p| p.split("/>").next());
    let arcs = paths.filter(|p| p.contains("stroke-width:5")).count();
    assert_eq!(arcs, 2);
}

#[test]
fn a_sheet_for_signatures_carries_the_label_and_no_name() {
    let page = html(&record("GTV"), None, Some("Plan check 12 <b>")).expect("a page");
    let sheet = page.split("id=\"sign-off\"").nth(1).expect("a sheet");
    for text in ["Plan check 12 &lt;b&gt;", "Insufficient", "Checked by", "Date", "Signature"] {
        assert!(sheet.contains(text), "{text} is not on the sheet");
    }
    let plain = html(&record("GTV"), None, None).expect("a page");
    assert!(plain.contains("id=\"sign-off\"") && !plain.contains("Plan check"));
}

#[test]
fn what_is_wide_scrolls_in_a_box_that_the_keyboard_reaches() {
    let page = html(&record("GTV"), None, None).expect("a page");
    for part in page.split("class=\"scroll\"").skip(1) {
        let tag = part.split('>').next().unwrap_or("");
        assert!(tag.contains("tabindex=\"0\"") && tag.contains("aria-label"), "{tag}");
    }
    let boxes = page.matches("class=\"scroll\"").count();
    assert!(boxes >= page.matches("<table").count() + page.matches("<figure").count());
}
