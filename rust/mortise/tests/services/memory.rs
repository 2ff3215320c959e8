//! Memory is given back.

use crate::host::*;
use mortise::sys;
use std::ffi::c_void;

pub static TABLE: sys::MemoryV1 = {
    /// Blocks of this size are refused.
    const ABSURD: u64 = 1000;
    unsafe extern "C" fn allocate(host: *const sys::Host, bytes: u64) -> *mut c_void {
        unsafe { reallocate(host, std::ptr::null_mut(), bytes) }
    }
    unsafe extern "C" fn reallocate(_: *const sys::Host, block: *mut c_void, bytes: u64) -> *mut c_void {
        if bytes == ABSURD {
            return std::ptr::null_mut();
        }
        // A size in front; the rest is filled, so that it can be seen what was written.
        let mut grown = vec![0xee_u8; 16 + bytes as usize].into_boxed_slice();
        grown[..8].copy_from_slice(&bytes.to_ne_bytes());
        if !block.is_null() {
            let old = unsafe { of(block) };
            let fits = old.len().min(grown.len());
            grown[16..fits].copy_from_slice(&old[16..fits]);
            heard(|heard| heard.blocks -= 1);
        }
        heard(|heard| heard.blocks += 1);
        unsafe { Box::into_raw(grown).cast::<u8>().add(16).cast() }
    }
    unsafe fn of(block: *mut c_void) -> Box<[u8]> {
        unsafe {
            let start = block.cast::<u8>().sub(16);
            let size = start.cast::<u64>().read_unaligned() as usize;
            Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, 16 + size))
        }
    }
    unsafe extern "C" fn release(_: *const sys::Host, block: *mut c_void) {
        drop(unsafe { of(block) });
        heard(|heard| heard.blocks -= 1);
    }
    sys::MemoryV1 { size: 32, reserved: 0, allocate, reallocate, release }
};

#[test]
fn memory_is_given_back() {
    let _alone = start();
    let memory = mortise::memory!();
    let mut block = memory.allocate(3).unwrap();
    assert_eq!(&*block, [0; 3]);
    block.copy_from_slice(b"abc");
    assert!(block.resize(5));
    assert_eq!(&*block, b"abc\0\0");
    assert!(!block.resize(1000) && !block.resize(usize::MAX));
    assert!(block.resize(2));
    assert_eq!(&*block, b"ab");
    let copy = memory.copy_of(b"xyz").unwrap();
    assert_eq!((&*copy, heard(|heard| heard.blocks)), (&b"xyz"[..], 2));
    assert!(memory.allocate(1000).is_none() && memory.allocate(usize::MAX).is_none());
    let raw = copy.into_raw();
    assert_eq!(heard(|heard| heard.blocks), 2);
    let copy = unsafe { memory.take_over(raw, 3) }.unwrap();
    assert_eq!(&*copy, b"xyz");
    drop((block, copy, memory.allocate(0)));
    assert_eq!(heard(|heard| heard.blocks), 0);
}
