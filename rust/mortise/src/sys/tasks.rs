//! `tasks.h`: the service `mortise.tasks` 1.0.

use super::Host;
use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// Tasks of one plugin at a time, at most.
pub const TASKS_MAX: u32 = 65_536;

/// `mortise_task`: must not unwind; `context` is the plugin's own.
pub type Task = unsafe extern "C" fn(context: *mut c_void);

/// `mortise_tasks_v1`: the table of `mortise.tasks` 1.0.
#[repr(C)]
pub struct TasksV1 {
    /// Bytes of the host's table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Runs the task once on the main thread; a number for `cancel`, or 0. \[any-thread\]
    pub run_main: unsafe extern "C" fn(host: *const Host, task: Task, context: *mut c_void) -> u64,
    /// Runs the task once on a thread of the pool; a number, or 0. \[any-thread\]
    pub run_pool: unsafe extern "C" fn(host: *const Host, task: Task, context: *mut c_void) -> u64,
    /// Runs the task on the main thread after `delay`, then every `period` nanoseconds unless that is 0. \[any-thread\]
    pub start_timer: unsafe extern "C" fn(
        host: *const Host,
        delay: u64,
        period: u64,
        task: Task,
        context: *mut c_void,
    ) -> u64,
    /// [`OK`](super::OK) when the task won't begin any more. \[any-thread\]
    pub cancel: unsafe extern "C" fn(host: *const Host, number: u64) -> i32,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<TasksV1>() == 40);
    assert!(offset_of!(TasksV1, run_main) == 8);
    assert!(offset_of!(TasksV1, run_pool) == 16);
    assert!(offset_of!(TasksV1, start_timer) == 24);
    assert!(offset_of!(TasksV1, cancel) == 32);
};
