//! SVG to PNG.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::encode;

/// Noto Sans (SIL Open Font License 1.1, `assets/fonts/OFL.txt`), Latin, Greek and Cyrillic.
const FONTS: [&[u8]; 2] = [
    include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"),
];

/// Why a picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The drawing is not sound.
    #[error("the drawing is not sound: {0}")]
    Svg(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The drawing has no area, or too large a one.
    #[error("a drawing of {width} x {height} pixels cannot be made")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file could not be made.
    #[error("the PNG could not be made: {0}")]
    Png(String),
}

pub(super) fn png(svg: &str) -> Result<Vec<u8>, PictureError> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let fontdb = DATABASE.get_or_init(|| {
        let mut fonts = Database::new();
        for font in FONTS {
            fonts.load_font_data(font.to_vec());
        }
        Arc::new(fonts)
    });
    let options = Options {
        fontdb: Arc::clone(fontdb),
        font_family: "Noto Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|e| PictureError::Svg(e.into()))?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    let mut pixels = Pixmap::new(width, height).ok_or(PictureError::Size { width, height })?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    // Opaque by now, so that no opacity needs storing.
    let rgb: Vec<u8> =
        pixels.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    encode::rgb([width, height], &rgb).map_err(|e| PictureError::Png(e.to_string()))
}
