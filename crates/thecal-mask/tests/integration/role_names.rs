//! Structure names as departments write them, and what they are.
//!
//! Sources: AAPM TG-263 names; TotalSegmentator classes; names seen in public RT structure sets
//! (a lung plan of 2018, a head phantom, a spine SBRT research set, RTToolbox test data); US
//! name maps; and the words of the languages themselves.

use proptest::prelude::*;
use thecal_mask::role::{Aliases, Role, RoleFrom, role_of};

#[rustfmt::skip]
const NAMES: &[(Role, &[&str])] = &[
    (Role::Cord, &[
        "SpinalCord", "SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac",
        "Spinal Cord", "SPINAL CORD2", "Spinal Cord 1", "spinal_cord", "spinalcord", "CORD",
        "Cord", "cord_T2", "CordT2", "cord_T2w", "Cord MR", "CordMRI", "MRI_Cord", "Cord (CT)",
        "cord_myelo", "TrueCord", "Cord_true", "cord-T10", "Cord_C5-T2", "Cord_Thoracic",
        "partial_cord", "cord_new", "cord2 for IOV", "Cord_SBRT", "OAR_SpinalCord", "SC", "SC2",
        "SPINL_CRD", "Spinal Chord", "0 SpinalCord", "SpinalCord^Smith", "auto_cord", "Myelon",
        "Myelon_neu", "OR Myelon", "Rückenmark", "Rueckenmark", "RUCKENMARK", "Ru\u{308}ckenmark",
        "Medulla", "Medulla spinalis", "MedullaSpinalis", "Myelum", "Ruggenmerg", "Moelle",
        "Moelle épinière", "moelle_epiniere", "Moelle IRM", "Midollo", "Midollo spinale", "Médula",
        "MedulaEspinal", "Medula Espinhal", "Rygmarv", "Ryggmärg", "Selkäydin", "Rdzeń kręgowy",
        "Mícha", "Спинной мозг", "脊髄", "脊髓",
    ]),
    (Role::ThecalSac, &[
        "ThecalSac", "Thecal Sac", "THECAL", "thecal_sac_MR", "Dura", "DuralSac", "CSF", "Sac",
        "Durasack", "Duraschlauch", "Duralsack", "Liquorraum", "Sac dural", "Sacco durale",
        "Saco dural", "Fourreau dural", "Durazak", "ThecalSac_T7",
    ]),
    (Role::Canal, &[
        "SpinalCanal", "Spinal Canal", "SPINAL_CANAL", "spinal_canal", "Canal", "Spinalkanal",
        "Wirbelkanal", "CanalMedullaire", "Canal médullaire", "Canal rachidien",
        "Canale vertebrale", "Canal medular", "Ruggenmergkanaal", "Kanał kręgowy", "脊柱管",
    ]),
    (Role::Cauda, &[
        "CaudaEquina", "Cauda", "Cauda Equina", "cauda_equina", "Queue de cheval", "馬尾",
    ]),
    (Role::Tumour, &[
        "GTV", "GTVp", "GTVn", "GTV 1", "GTV_T10", "GTV_L5", "GTV_T7", "GTV-1", "GTV-T10",
        "GTV^Epidural", "GTV_Epidural", "GTV_T10-T12", "GTV_2400", "GTV 24Gy", "iGTV", "GTVp1",
        "GTV_MR", "GTV_Preop", "GTV_Cord", "GTV_paraspinal", "GTV in canal", "paraspinal-GTV", "intramedullary tumor", "GTV_TumorBed", "GTV1+GTV2", "T10 GTV", "Epidural",
        "EpiduralTumor", "Epidural tumour", "epidural_T10", "Epidural disease", "Tumor",
        "Tumour_T10", "Lesion_1", "Met T8", "Residual tumor", "Metastase", "Tumeur", "Tumore",
        "Lesión", "腫瘍",
    ]),
    (Role::Ctv, &[
        "CTV", "CTV1", "CTV_T7", "CTVp", "CTV_5mm", "ITV", "HRCTV", "CTVn1",
    ]),
    (Role::Ptv, &[
        "PTV", "PTV_SC", "PTV_PRIMARY", "PTV_LN", "PTV_TOTAL", "PTV SpinalCord", "Cord_PTV",
        "PTV60", "PTV_6000cGy", "PTV_3mm", "PTVp", "PGTV", "Zielvolumen",
    ]),
    (Role::Prv, &[
        "SC PRV", "SCPRV", "SpinalCord_PRV02", "SpinalCord_PRV2", "SpinalCord_PRV03",
        "SpinalCord_PRV05", "SpinalCanal_PRV05", "Cord_PRV", "CordPRV2", "PRV_Cord", "Cord-PRV",
        "cord+2", "cord + 2mm", "Cord+", "cord exp", "cord_2mm", "CordExp3", "Cord+0.2cm",
        "Myelon PRV", "Rückenmark_PRV", "PRV moelle", "Midollo+5mm", "0 SpinalCord_PRV",
        "ThecalSac_PRV01", "PRV",
    ]),
    (Role::Vertebra, &[
        "VB_T07", "VB_C1", "VB_L5", "VB_T", "VB", "VBs", "VB_S1", "T7_ISRC", "vertebrae_T7",
        "vertebrae_L1", "T7", "T07", "Th7", "L1", "T7-T9", "BWK7", "LWK 3", "Wirbel T7",
        "Wirbelkörper L2", "T7 body", "Vertebral Body", "Sacrum", "Dens", "Vertèbre L1",
        "corpo vertebrale", "Pedicle_T7",
    ]),
    (Role::Hardware, &[
        "Screws", "Pedicle screws", "Screw_L_T7", "Rod", "Hardware", "Cement", "VB_T7_cement",
        "Implantat", "Schrauben", "Matériel", "Tornillos",
    ]),
    (Role::Body, &[
        "BODY", "External", "BODY_P6", "Körper", "Contour externe", "Externo",
    ]),
    (Role::Other, &[
        // Not what a part of their name says.
        "VocalCord", "VocalCords", "Vocal Cord_L", "Cord_L", "Cords", "SC_R", "SCV_L",
        "Medulla Oblongata", "MedullaOblongata", "Moelle osseuse", "Moelle allongée",
        "Midollo osseo", "BrainStem", "BrainStem_PRV03", "Anal canal", "CanalAnal", "Sacral",
        "SacralPlex", "Accord", "Records", "SpermaticCord", "Ear canal", "Rib cage",
        "Dental implant", "Epidural fat", "Epidural space", "vertebral artery",
        // Planning aids and combinations.
        "Ring_Cord", "Cord_avoid", "zCord", "zzCord", "z_cord", "xCord", "_Cord", "NS_Cord",
        "PTV-Cord", "PTV-SC", "Cord-PTV", "GTV!", "PTV!", "GTV-PRV", "GTV-Cord", "GTV minus cord",
        "GTV and cord", "zGTV", "zPTVopt", "optPTV", "PTVopt", "PTV_eval", "Ring_PTV", "PTV-GTV",
        "PTV1-PTV2", "PTV & Cord", "GTV+3", "GTV+3mm", "GTV_exp", "CTV_ring", "Cord opt",
        "optCord", "Cord^dose", "Cord Dose", "Cord 45Gy", "SpinalCord^PTV", "Cord+Canal",
        "Cord&GTV", "cord_old", "Cord (do not use)", "zCavity", "zResected", "TumorBed",
        "Tumorbett", "Cord ring 2cm",
        // Isodoses and dose fall-off.
        "95%", "50% isodose", "Isodose 4500", "4500 cGy", "D2CM PRIMARY", "D2CM LN",
        // Everything else.
        "CHEST WALL", "ESOPHAGUS", "GREAT VESSELS", "HEART4", "LUNGS-ITV's", "TRACHEA", "HDn",
        "M1", "Beekley", "ROI-1", "Kidney_L", "Couch Exterior", "Disc_T7", "", "_", "?",
    ]),
];

fn by_name(name: &str) -> Role {
    role_of(name, None, &Aliases::default()).role
}

#[test]
fn every_name_has_its_role() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for &(role, names) in NAMES {
        for &name in names {
            count += 1;
            let found = by_name(name);
            if found != role {
                wrong.push(format!("{name:?}: {found}, not {role}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 250, "{count}");
}

#[test]
fn case_does_not_matter_and_space_underscore_and_dot_are_one() {
    for &(role, names) in NAMES {
        for &name in names {
            assert_eq!(by_name(&name.to_uppercase()), role, "{name:?} in capitals");
            assert_eq!(by_name(&name.to_lowercase()), role, "{name:?} in small letters");
            if name.starts_with('_') {
                continue;
            }
            for separator in ["_", " ", "."] {
                let other = name.replace([' ', '_'], separator);
                if !other.starts_with('_') {
                    assert_eq!(by_name(&other), role, "{name:?} as {other:?}");
                }
            }
        }
    }
}

#[test]
fn the_type_decides_where_the_name_does_not() {
    let none = Aliases::default();
    let typed = |name, term| {
        let reading = role_of(name, Some(term), &none);
        (reading.role, reading.from)
    };
    for (term, role) in [
        ("GTV", Role::Tumour),
        ("CTV", Role::Ctv),
        (" ptv ", Role::Ptv),
        ("EXTERNAL", Role::Body),
        ("ORGAN", Role::Other),
        ("AVOIDANCE", Role::Other),
        ("CONTROL", Role::Other),
    ] {
        assert_eq!(typed("M1", term), (role, RoleFrom::InterpretedType), "{term}");
    }
    for term in ["", "UNSUPPORTED"] {
        assert_eq!(typed("M1", term), (Role::Other, RoleFrom::Name));
    }
    // A planning aid stays one, though its exporter types it as a target.
    assert_eq!(typed("D2CM PRIMARY", "PTV"), (Role::Other, RoleFrom::Name));
    assert_eq!(typed("GTV!", "GTV"), (Role::Other, RoleFrom::Name));
    // A target is one, though its type says organ.
    assert_eq!(typed("GTV", "ORGAN"), (Role::Tumour, RoleFrom::Name));
}

#[test]
fn a_cord_that_is_typed_as_a_target_is_warned_of() {
    let none = Aliases::default();
    let cord = role_of("SpinalCord", Some("GTV"), &none);
    assert_eq!((cord.role, cord.from), (Role::Cord, RoleFrom::Name));
    assert_eq!(cord.warning.map(|w| w.code), Some("role_disputed"));
    // "SC" is supraclavicular too.
    let nodes = role_of("SC", Some("CTV"), &none);
    assert_eq!((nodes.role, nodes.from), (Role::Ctv, RoleFrom::InterpretedType));
    assert!(nodes.warning.is_some());
    assert_eq!(role_of("SC", Some("ORGAN"), &none).warning, None);
}

#[test]
fn a_tumour_that_is_left_out_as_an_aid_is_told() {
    let none = Aliases::default();
    let code = |name| role_of(name, None, &none).warning.map(|w| w.code);
    for name in ["GTV!", "zGTV", "GTV-Cord", "GTV_exp", "Lungs-GTV"] {
        assert_eq!(code(name), Some("planning_aid"), "{name}");
    }
    for name in ["GTV", "PTV!", "zCord", "Ring_PTV", "SpinalCord"] {
        assert_eq!(code(name), None, "{name}");
    }
}

#[test]
fn an_alias_goes_before_name_and_type() {
    let aliases = Aliases::parse("[aliases]\nCORD = 'canal'\n'GTV!' = 'tumour'").unwrap();
    let cord = role_of("Cord", Some("ORGAN"), &aliases);
    assert_eq!((cord.role, cord.from), (Role::Canal, RoleFrom::Alias));
    assert_eq!(role_of("GTV!", None, &aliases).role, Role::Tumour);
    assert_eq!(role_of("SpinalCord", None, &aliases).role, Role::Cord);
}

#[test]
fn roles_have_stable_words() {
    for role in Role::ALL {
        assert_eq!(role.as_str().parse::<Role>(), Ok(role));
    }
    let told = "spinal".parse::<Role>().unwrap_err().to_string();
    assert!(told.contains("cord, thecal_sac, canal, cauda, tumour"), "{told}");
}

proptest! {
    #[test]
    fn a_target_word_never_yields_a_cord(
        before in "[A-Za-z0-9_ +^-]{0,6}",
        target in "(?i)gtv|ctv|ptv|itv|tumou?r",
        between in "[_ .+&/^-]{0,2}",
        cord in prop::sample::select(NAMES[0].1.to_vec()),
        target_first in any::<bool>(),
    ) {
        let name = if target_first {
            format!("{before}{target}{between}{cord}")
        } else {
            format!("{before}{cord}{between}{target}")
        };
        prop_assert!(!matches!(by_name(&name), Role::Cord | Role::Prv), "{}", name);
    }

    #[test]
    fn letters_that_run_into_the_word_cord_make_it_no_cord(before in "[b-w]{2,8}") {
        prop_assume!(!["spin", "sp", "spinal", "true", "auto"].iter().any(|w| before.ends_with(w)));
        let known = by_name(&format!("{before} cord"));
        let run_in = by_name(&format!("{before}cord"));
        // Where the letters are a word of their own, both spellings read alike.
        prop_assert!(run_in != Role::Cord || known == Role::Cord, "{}", before);
    }

    #[test]
    fn any_text_is_read_without_a_fault(name in "\\PC*", term in prop::option::of("\\PC{0,12}")) {
        let reading = role_of(&name, term.as_deref(), &Aliases::default());
        prop_assert!(reading.from != RoleFrom::Alias && reading.from != RoleFrom::User);
    }
}
