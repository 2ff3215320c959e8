/// The longest part of `text` of at most `size` bytes that ends with a whole character.
pub(crate) fn cut(text: &str, size: usize) -> &str {
    if text.len() <= size {
        return text;
    }
    let mut end = size;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
