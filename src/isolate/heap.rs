//! How this process's heap gives memory back.

/// Asks the C library to hold little: a video takes 150 MB less at its peak and no longer (`docs/performance.md`). Call it before threads
/// are started. Elsewhere than under glibc nothing is asked.
pub fn hold_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Blocks of this size and more are mapped by themselves and go back to the system when they are freed, bytes. Pictures and the networks'
        /// buffers are larger; below it mapping takes more time than it saves (at 128 KiB 6 % of the processor time of a video).
        const MAPPED_BYTES: i32 = 512 << 10;
        /// Heaps that threads share. One for each of them keeps what each of them once needed.
        const HEAPS: i32 = 2;
        #[allow(unsafe_code, reason = "the C library's allocator has no other interface")]
        // SAFETY: both calls set a number in the allocator and take no pointer. A setting that is refused leaves the default.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_BYTES);
            libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        }
    }
}
