//! How sure a finding is.

use imerr_catalog::string_enum;

string_enum! {
    /// How sure it is that a number is a code.
    Confidence {
        /// The key is weak, or a marker on the line counts against it.
        Low = "low",
        /// A good key, and no marker for or against it.
        Medium = "medium",
        /// A good key, and a marker of the product.
        High = "high",
    }
}

impl Confidence {
    /// The points from which confidence is medium.
    pub const MEDIUM_POINTS: i32 = 50;
    /// The points from which confidence is high, if the line has a marker of the product.
    pub const HIGH_POINTS: i32 = 80;
}
