#![no_main]

#[path = "../../tests/entries/mod.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    _ = entries::name_pattern(bytes);
});
