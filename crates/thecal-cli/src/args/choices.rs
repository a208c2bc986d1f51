//! Options of which one of a few words is chosen.

use clap::ValueEnum;
use thecal::MeshFormat;

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Reference {
    ThecalSac,
    Cord,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Mesh {
    Stl,
    Ply,
    Obj,
    Glb,
}

impl Mesh {
    pub(crate) fn format(self) -> MeshFormat {
        match self {
            Self::Stl => MeshFormat::Stl,
            Self::Ply => MeshFormat::Ply,
            Self::Obj => MeshFormat::Obj,
            Self::Glb => MeshFormat::Glb,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Ends {
    /// Half a slice past the last plane, with the taper of the last planes
    HalfSlice,
    /// At the last plane
    Plane,
    /// Where the taper of the last planes closes, at most one slice past the last plane
    Rounded,
}
