//! A sound workbook with one part of it replaced: the first byte says which part, the rest is what it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(file) = xueji_fuzz::with_part(bytes) {
        xueji_fuzz::read(&file);
    }
});
