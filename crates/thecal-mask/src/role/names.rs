//! Name tables: words by role, already folded (see [`super::fold`]).
//!
//! Tables hold whole names, not fragments, because fragments are where the harm is done:
//! "cord" also stands in "VocalCord", "Accord" and "Record".

/// Cord: TG-263 `SpinalCord` and its parts, then what departments write.
pub(super) const CORD: &[&str] = &[
    // TG-263 and English.
    "spinalcord", "spinalcordcerv", "spinalcordthor", "spinalcordlum", "spinalcordsac", "cord",
    "spinecord", "sc", "spinlcrd", "spinalcrd", "spcord", "spinal", "truecord", "cordtrue",
    "cordmr", "cordmri", "cordct", "cordmyelo", "cordt2", "cordt1", "cordsbrt", "cordsrs",
    "cordcontour", "cordthoracic", "cordcervical", "cordlumbar",
    // German, Dutch.
    "myelon", "rueckenmark", "ruckenmark", "ruggenmerg", "ruggemerg", "myelum",
    // Latin, and the short form that stands for the cord where nothing says oblongata.
    "medulla", "medullaspinalis",
    // French.
    "moelle", "moelleepiniere", "moellespinale", "moelleepin",
    // Italian.
    "midollo", "midollospinale", "midollospin",
    // Spanish, Portuguese.
    "medulaespinal", "medula", "medulaespinhal", "medulaespin", "medulaesp",
];

/// Thecal sac: dura, dural sac, CSF space.
pub(super) const THECAL_SAC: &[&str] = &[
    "thecalsac", "thecal", "theca", "sac", "dura", "duralsac", "csf", "csfspace", "duralspace",
    // German, Dutch.
    "durasack", "duralsack", "duraschlauch", "duralschlauch", "liquor", "liquorraum", "durazak",
    "duralezak", "duramater",
    // French, Italian, Spanish, Portuguese.
    "sacdural", "fourreaudural", "etuidural", "saccodurale", "sacodural", "sacotecal", "saccotecale",
    "duramadre", "lcr", "fourreaudure",
];

/// Bony canal.
pub(super) const CANAL: &[&str] = &[
    "spinalcanal", "canal", "vertebralcanal", "spinecanal", "bonycanal", "spinalcanalcerv",
    "spinalcanalthor", "spinalcanallum", "spinlcanal",
    // German, Dutch.
    "spinalkanal", "wirbelkanal", "kanal", "wervelkanaal", "ruggenmergkanaal", "spinaalkanaal",
    // French, Italian, Spanish, Portuguese.
    "canalmedullaire", "canalrachidien", "canalvertebral", "canalspinal", "canalespinal",
    "canalemidollare", "canalevertebrale", "canalespinale", "canale", "canalmedular", "canalraquideo",
    "canalespinhal", "canalvertebrale", "canalrachideo",
];

/// Nerve roots below the conus.
pub(super) const CAUDA: &[&str] = &[
    "caudaequina", "cauda", "caudaequine", "equina", "queuedecheval", "cavallo", "codadicavallo",
    "coladecaballo", "paardenstaart", "pferdeschweif", "caudaequinasac",
];

/// Tumour names that carry no `GTV`.
pub(super) const TUMOUR: &[&str] = &[
    "tumour", "tumor", "epidural", "epiduraltumor", "epiduraltumour", "epiduraldisease",
    "epiduralmass", "residual", "residualtumor", "residualtumour", "met", "metastasis", "lesion",
    // German, Dutch.
    "metastase", "epiduralertumor", "resttumor", "resttumour",
    // French, Italian, Spanish, Portuguese.
    "tumeur", "tumeurepidurale", "epidurale", "metastasi", "tumore", "tumoreepidurale", "tumorepidural",
    "tumorresidual", "metastasis", "lesione", "lesao", "lesion", "massaepidurale",
];

/// Screws, rods, cages, cement.
pub(super) const HARDWARE: &[&str] = &[
    "hardware", "screw", "screws", "pediclescrew", "pediclescrews", "implant", "implants", "rod",
    "rods", "cage", "cement", "metal", "instrumentation", "fixation",
    // German, Dutch.
    "implantat", "implantate", "implantaat", "implantaten", "schraube", "schrauben", "schroeven",
    "zement", "metall", "metaal",
    // French, Italian, Spanish, Portuguese.
    "vis", "materiel", "materieldosteosynthese", "osteosynthese", "ciment", "impianto", "vite", "viti",
    "cemento", "implante", "implantes", "tornillo", "tornillos", "parafuso", "parafusos", "cimento",
];

/// The outer contour of the patient.
pub(super) const BODY: &[&str] = &[
    "body", "external", "skin", "patient", "patientoutline", "outline", "bodycontour",
    // German, Dutch.
    "koerper", "korper", "koerperkontur", "korperkontur", "aussenkontur", "haut", "lichaam", "huid",
    // French, Italian, Spanish, Portuguese.
    "corps", "contourexterne", "peau", "externe", "corpo", "pelle", "esterno", "cuerpo", "externo",
    "piel", "pele", "contornoexterno",
];

/// Words for a vertebra that stand without a level.
pub(super) const VERTEBRA: &[&str] = &[
    "vb", "vbs", "vbc", "vbt", "vbl", "vbs", "vertebra", "vertebrae", "vertebralbody",
    "vertebralbodies", "spine", "sacrum", "dens",
    // German, Dutch.
    "wirbel", "wirbelkoerper", "wirbelkorper", "wervel", "wervellichaam", "kreuzbein",
    // French, Italian, Spanish, Portuguese.
    "vertebre", "vertebres", "corpsvertebral", "corpovertebrale", "corpovertebral", "cuerpovertebral",
    "vertebras", "sacro",
];

/// Words before or after a level that leave it a vertebra (`T07_VB`, `Wirbel T7`, `vertebrae_T7`).
pub(super) const VERTEBRA_WORDS: &[&str] = &[
    "vb", "vertebra", "vertebrae", "vertebralbody", "body", "bone", "wirbel", "wirbelkoerper",
    "wirbelkorper", "bwk", "lwk", "hwk", "wk", "wervel", "vertebre", "corpsvertebral", "vert",
    "corpovertebrale", "corpovertebral", "cuerpovertebral",
];

/// Looks like one of the above but is not it, whatever follows.
pub(super) const NEVER: &[&str] = &[
    "vocalcord", "vocalcords", "cordblood", "umbilicalcord", "oblongata", "oblongada", "oblunga",
    "allongee", "bulborachidien", "durabgraft", "spermaticcord", "cordavocal", "stimmband",
];
