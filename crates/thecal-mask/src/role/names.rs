//! Name tables: the words of structure names, by what they say.
//!
//! Entries are written as read and folded when the vocabulary is built, so `spinal cord` stands
//! for `SpinalCord`, `SPINAL_CORD` and `spinalcord` alike. A word of one or two Latin letters
//! counts only where it stands alone (`SC`, `SC PRV`; not `Disc`).
//!
//! Sources: AAPM TG-263 (Mayo et al., Int J Radiat Oncol Biol Phys 2018;100:1057,
//! doi 10.1016/j.ijrobp.2017.12.013), TotalSegmentator class names, and what departments write.

/// Spinal cord.
pub(super) const CORD: &[&str] = &[
    // TG-263; the sacral part is whole here because `Sac` alone is the thecal sac.
    "spinal cord", "spinal cord sac", "cord",
    // English, with the misspelling that is as common as the word.
    "spinal chord", "chord", "spine cord", "spin cord", "sp cord", "scord", "sc", "spinl crd",
    "spinal crd", "spnl cord", "medulla spinalis", "medulla", "myelon", "true cord",
    // German, Dutch.
    "rückenmark", "ruckenmark", "halsmark", "ruggenmerg", "ruggemerg", "myelum",
    // French.
    "moelle", "moelle épinière", "moelle épin", "moelle spinale", "moelle ep",
    // Italian, Spanish, Portuguese, Catalan.
    "midollo", "midollo spinale", "midollo spin", "médula", "médula espinal", "médula esp",
    "medula espinhal", "medul·la", "medul·la espinal",
    // Danish, Norwegian, Swedish, Finnish.
    "rygmarv", "ryggmarg", "ryggmärg", "selkäydin", "selkaydin",
    // Polish, Czech, Slovak, Hungarian, Croatian, Turkish.
    "rdzeń", "rdzeń kręgowy", "mícha", "hřbetní mícha", "miecha", "gerincvelő",
    "kralježnička moždina", "leđna moždina", "omurilik",
    // Russian, Greek, Japanese, Chinese.
    "спинной мозг", "νωτιαίος μυελός", "脊髄", "脊髓",
];

/// Thecal sac: dura and what it encloses.
pub(super) const THECAL_SAC: &[&str] = &[
    "thecal sac", "thecal", "theca", "sac", "dura", "dural sac", "dura sac", "dural tube", "csf",
    "csf space", "subarachnoid space", "dura mater", "dural space",
    // German, Dutch.
    "durasack", "duralsack", "duraschlauch", "duralschlauch", "liquor", "liquorraum", "durazak",
    "durale zak", "duraal zak",
    // French, Italian, Spanish, Portuguese.
    "sac dural", "sac thécal", "fourreau dural", "étui dural", "sacco durale", "sacco tecale",
    "saco dural", "saco tecal", "duramadre", "saco duro",
    // Danish, Polish, Japanese, Chinese.
    "durasæk", "worek oponowy", "硬膜嚢", "硬膜囊", "硬脊膜囊",
];

/// Bony canal.
pub(super) const CANAL: &[&str] = &[
    "spinal canal", "spinal canal sac", "canal", "vertebral canal", "spine canal", "bony canal",
    "spinl canal", "spinal cnl", "spcanal",
    // German, Dutch.
    "spinalkanal", "wirbelkanal", "kanal", "rückenmarkskanal", "neurokanal", "spinaal kanaal",
    "spinaalkanaal", "wervelkanaal", "ruggenmergkanaal",
    // French, Italian, Spanish, Portuguese.
    "canal médullaire", "canal rachidien", "canal vertébral", "canal spinal", "canale",
    "canale midollare", "canale vertebrale", "canale spinale", "canale rachideo", "canal medular",
    "canal raquídeo", "canal espinal", "canal espinhal", "canal rachideo",
    // Danish, Norwegian, Swedish, Polish, Czech, Hungarian.
    "rygmarvskanal", "ryggmargskanal", "ryggmärgskanal", "kanał kręgowy", "páteřní kanál",
    "míšní kanál", "gerinccsatorna",
    // Russian, Japanese, Chinese.
    "позвоночный канал", "脊柱管", "椎管",
];

/// Nerve roots below the conus.
pub(super) const CAUDA: &[&str] = &[
    "cauda equina", "cauda", "caudaequine", "queue de cheval", "coda di cavallo", "coda equina",
    "cola de caballo", "paardenstaart", "pferdeschweif", "ogon koński", "馬尾", "马尾",
];

/// Tumour names that carry no `GTV`.
pub(super) const TUMOUR: &[&str] = &[
    "tumour", "tumor", "tumors", "tumours", "gross tumor", "gross tumour", "gross tumor volume",
    "gross tumour volume", "epidural", "epidural tumor", "epidural tumour", "epidural disease",
    "epidural mass", "epidural component", "epidural extension", "epidural lesion",
    "epidural residual", "residual", "residual tumor", "residual tumour", "residual disease",
    "met", "mets", "metastasis", "metastases", "lesion", "lesions", "paraspinal mass",
    // German, Dutch.
    "metastase", "metastasen", "metastaase", "epiduraler tumor", "epidurale tumor", "resttumor",
    "tumorrest", "läsion", "epiduraltumor", "uitzaaiing",
    // French, Italian, Spanish, Portuguese.
    "tumeur", "tumeur épidurale", "épidurite", "épidurale", "métastase", "résidu", "lésion",
    "tumore", "tumore epidurale", "metastasi", "lesione", "residuo", "tumor epidural",
    "metástasis", "metástase", "lesión", "lesão", "tumor residual",
    // Polish, Russian, Japanese, Chinese.
    "guz", "przerzut", "опухоль", "метастаз", "腫瘍", "肿瘤",
];

/// Target volumes written out.
pub(super) const CTV: &[&str] = &[
    "clinical target volume", "klinisches zielvolumen",
];
/// Planning targets written out.
pub(super) const PTV: &[&str] = &[
    "planning target volume", "planungszielvolumen", "zielvolumen", "plan target volume",
];

/// Vertebra or a part of one.
pub(super) const VERTEBRA: &[&str] = &[
    "vb", "vbs", "vertebra", "vertebrae", "vertebral body", "vertebral bodies", "vert body",
    "spine", "spinal column", "vertebral column", "sacrum", "dens", "pedicle", "pedicles",
    "lamina", "laminae", "spinous process", "transverse process", "posterior elements", "facet",
    "isrc",
    // German, Dutch.
    "wirbel", "wirbelkörper", "wirbelkorper", "wirbelsäule", "bwk", "lwk", "hwk", "kreuzbein",
    "wervel", "wervels", "wervellichaam", "wervelkolom", "pedikel",
    // French, Italian, Spanish, Portuguese.
    "vertèbre", "vertèbres", "corps vertébral", "rachis", "corpo vertebrale", "vertebre",
    "colonna", "colonna vertebrale", "corpo vertebral", "cuerpo vertebral", "vértebra",
    "vértebras", "columna", "columna vertebral", "coluna", "coluna vertebral", "sacro",
    // Danish, Swedish, Polish, Japanese, Chinese.
    "hvirvel", "kota", "kotor", "kręg", "kręgosłup", "椎体", "脊椎",
];

/// Screws, rods, cages, cement.
pub(super) const HARDWARE: &[&str] = &[
    "hardware", "screw", "screws", "pedicle screw", "pedicle screws", "implant", "implants", "rod",
    "rods", "cage", "cement", "metal", "instrumentation", "spinal hardware", "spine hardware",
    "spinal implant", "titanium", "carbon peek", "peek",
    // German, Dutch.
    "implantat", "implantate", "implantaat", "implantaten", "schraube", "schrauben", "schroef",
    "schroeven", "zement", "knochenzement", "metall", "metaal", "fixateur",
    // French, Italian, Spanish, Portuguese.
    "vis", "matériel", "ostéosynthèse", "matériel d'ostéosynthèse", "ciment", "métal", "impianto",
    "vite", "viti", "cemento", "metallo", "implante", "implantes", "tornillo", "tornillos",
    "parafuso", "parafusos", "cimento",
];

/// Outer contour of the patient.
pub(super) const BODY: &[&str] = &[
    "body", "external", "body contour", "external contour", "patient outline", "outline",
    "body outline", "externe",
    // German, Dutch.
    "körper", "korper", "körperkontur", "aussenkontur", "außenkontur", "umriss", "lichaam",
    "lichaamscontour",
    // French, Italian, Spanish, Portuguese.
    "corps", "contour externe", "corpo", "contorno esterno", "esterno", "cuerpo", "externo",
    "contorno externo", "体表", "体輪郭",
];

/// Makes a structure out of the structure named: an aid for planning, or a retired drawing.
pub(super) const DERIVED: &[&str] = &[
    "opt", "optim", "optimization", "optimisation", "optimierung", "ring", "rings", "rind",
    "shell", "halo", "avoid", "avoidance", "avd", "ns", "help", "helper", "hilfe", "hilf",
    "hilfsstruktur", "hilfskontur", "tune", "tuning", "dummy", "block", "push", "pull", "cool",
    "cold", "hot", "coldspot", "hotspot", "control", "falloff", "d2cm", "isodose", "isodosis",
    "idl", "crop", "cropped", "cut", "trim", "trimmed", "sub", "eval", "evl", "overlap",
    "ovlp", "ovl", "overl", "inter", "intersect", "intersection", "partition", "inner", "outer",
    "contract", "contracted", "shrink", "override", "density", "artifact", "artefact", "artefakt",
    "old", "alt", "backup", "bak", "donotuse", "do not use", "dnu", "delete", "obsolete", "unused",
    "vol out", "evitement", "anneau", "anello", "anillo", "anel",
];

/// Where a tumour was. Alone it is no tumour; beside `GTV` or `CTV` it says which target.
pub(super) const BED: &[&str] = &[
    "tumor bed", "tumour bed", "tumorbett", "surgical bed", "bed", "cavity", "resection cavity",
    "resected", "resection", "lit tumoral",
];

/// Grown by a margin. On a nerve structure this makes a PRV.
pub(super) const EXPANSION: &[&str] = &[
    "exp", "expand", "expanded", "expansion", "exten", "plus", "grow", "grown", "enlarged",
    "dilated", "mm", "cm", "margin", "marg", "marge", "margine", "margen", "margem", "saum",
    "sicherheitssaum", "erweitert", "planning risk volume", "planning organ at risk volume",
    "risk volume",
];

/// Joins two structures, as the signs `-`, `+`, `&` and `/` do.
pub(super) const JOINER: &[&str] = &[
    "minus", "and", "und", "et", "en", "x", "no", "not", "wo", "without", "excl", "exclude",
    "excluding", "ex", "less", "outside", "out", "ohne", "sans", "senza", "sin",
    "sem", "zonder", "union", "from",
];

/// A dose level: belongs to targets, and makes anything else an isodose or a tuning aid.
pub(super) const DOSE: &[&str] = &[
    "gy", "cgy", "dose", "dosis", "rx",
];

/// Sides. The cord has none; a vocal cord has.
pub(super) const SIDE: &[&str] = &[
    "left", "right", "lt", "rt", "li", "re", "links", "rechts", "gauche", "droite", "droit",
    "sinistra", "destra", "izquierda", "derecha", "esquerda", "direita", "l", "r", "bilat",
];

/// Says which drawing, part or image, and leaves the structure what it is.
pub(super) const NEUTRAL: &[&str] = &[
    // Parts.
    "cerv", "cervical", "thor", "thoracic", "thorax", "lum", "lumb", "lumbar", "sacral", "upper",
    "lower", "sup", "inf", "superior", "inferior", "cranial", "caudal", "partial", "part", "whole",
    "full", "entire", "total", "all", "true", "real", "zervikal", "hws", "bws", "lws", "thorakal",
    "lumbal", "dorsal", "ventral", "ant", "post", "anterior", "posterior", "local", "level",
    "conus", "th", "to", "primary", "prim",
    // Images.
    "mr", "mri", "mrt", "irm", "rm", "ct", "tdm", "pet", "myelo", "myelogram", "ctmyelo", "t2w",
    "t1w", "stir", "flair", "ciss", "fiesta", "tse", "sag", "ax", "axial", "fused", "fusion",
    "reg", "registered", "planning", "plan", "sim", "cbct", "preop", "postop", "pre op", "post op",
    "pre", "gd", "contrast", "km",
    // Drawings.
    "auto", "ai", "dl", "manual", "man", "edit", "edited", "final", "new", "neu", "copy", "rev",
    "ver", "version", "v", "contour", "contours", "roi", "structure", "struct", "segment", "seg",
    "obs", "observer", "iov", "for", "oar", "or", "ro", "sbrt", "srs", "sabr", "approved",
    // Places, and small words.
    "paraspinal", "spinal", "vertebral", "nodal", "bone", "intramedullary", "extramedullary",
    "boost", "recurrent", "gesamt", "in", "inside", "of", "de", "der", "des", "du", "del",
    "della", "do", "da", "the",
];
