//! Bare document numbers: byte by byte, of every kind, and as a column of a csv.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xueji::fuzzing::numbers(bytes));
