use crate::sys;
use core::any::Any;
use core::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A closure that a visiting function of the C ABI calls. A panic waits in it until C has returned.
pub(crate) struct Visitor<F> {
    function: F,
    panic: Option<Box<dyn Any + Send>>,
}

impl<F> Visitor<F> {
    pub fn new(function: F) -> Self {
        Self { function, panic: None }
    }

    /// What C hands back to the callback as its context.
    pub fn context(&mut self) -> *mut c_void {
        core::ptr::from_mut(self).cast()
    }

    /// Calls the closure from a callback; a panic ends the visit.
    ///
    /// # Safety
    /// `context` must come from [`context`](Self::context) of a visitor of the same type that is being
    /// visited.
    pub unsafe fn call(context: *mut c_void, call: impl FnOnce(&mut F)) -> i32 {
        // SAFETY: the caller's promise; nobody else uses it during the visit.
        let visitor = unsafe { &mut *context.cast::<Self>() };
        match catch_unwind(AssertUnwindSafe(|| call(&mut visitor.function))) {
            Ok(()) => sys::OK,
            Err(panic) => {
                visitor.panic = Some(panic);
                sys::ERROR
            }
        }
    }

    /// Lets a panic of the closure go on.
    pub fn finish(self) {
        if let Some(panic) = self.panic {
            resume_unwind(panic);
        }
    }
}
