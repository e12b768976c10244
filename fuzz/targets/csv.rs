//! Text as a csv: the first byte says the encoding it is written in.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((way, text)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let file: Vec<u8> = match way % 4 {
        0 => text.into_owned().into_bytes(),
        1 => "\u{feff}".bytes().chain(text.bytes()).collect(),
        2 => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        _ => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
    };
    xueji_fuzz::read(&file);
});
