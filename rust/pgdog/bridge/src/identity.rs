//! What this bridge fits, as data that a host reads from the file before it maps it.

/// `mortise_pgdog_identity`. Texts end in a zero inside their array.
#[repr(C)]
pub struct Identity {
    /// "MPGDOG", and zeros.
    pub magic: [u8; 8],
    /// Bytes of this struct.
    pub size: u32,
    /// Of the functions that this library exports: 1.
    pub abi: u32,
    /// As `rustc --version` prints it.
    pub rustc: [u8; 96],
    /// The release of pg_query whose trees it makes.
    pub pg_query: [u8; 32],
}

/// Who this bridge is.
#[no_mangle]
pub static mortise_pgdog_bridge: Identity = Identity {
    magic: *b"MPGDOG\0\0",
    size: size_of::<Identity>() as u32,
    abi: 1,
    rustc: text(env!("BRIDGE_RUSTC")),
    pg_query: text(env!("BRIDGE_PG_QUERY")),
};

/// A text that is too long fails at compile time.
const fn text<const SIZE: usize>(text: &str) -> [u8; SIZE] {
    let bytes = text.as_bytes();
    assert!(bytes.len() < SIZE);
    let mut array = [0; SIZE];
    let mut at = 0;
    while at < bytes.len() {
        array[at] = bytes[at];
        at += 1;
    }
    array
}
