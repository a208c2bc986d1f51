//! Where a plane through the anatomy stands in its picture.

/// Where a view is drawn.
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Pixels per mm.
    pub(super) scale: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Place {
    pub(super) fn of(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.x + x * self.scale, self.y + y * self.scale]
    }

    pub(super) fn frame(&self) -> [f64; 4] {
        [self.x, self.y, self.w, self.h]
    }
}
