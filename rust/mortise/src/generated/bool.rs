//! Booleans of records, as C has them.

/// A boolean in a record: 32 bits, of which C may pass any; whatever isn't 0 is true.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Bool(i32);

impl Bool {
    pub const FALSE: Self = Self(0);
    pub const TRUE: Self = Self(1);

    /// Whether it is true.
    #[must_use]
    pub const fn get(self) -> bool {
        self.0 != 0
    }
}

impl PartialEq for Bool {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Bool {}

impl From<bool> for Bool {
    fn from(value: bool) -> Self {
        Self(i32::from(value))
    }
}

impl From<Bool> for bool {
    fn from(value: Bool) -> Self {
        value.get()
    }
}
