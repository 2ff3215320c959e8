//! How deeply messages are nested, before they are decoded: a decoder calls itself for each level, and a stack that
//! overflows ends the process.

/// Nested more deeply than the limit.
#[derive(Debug, PartialEq, Eq)]
pub struct TooDeep;

/// Fails when protobuf bytes may hold more than `limit` messages inside each other. Without the schema a text can't
/// be told from a message, so a text that happens to look like one counts as one: never too few.
pub fn check(bytes: &[u8], limit: usize) -> Result<(), TooDeep> {
    walk(bytes, limit).map(|_| ())
}

/// Whether the bytes can be a message. Looks at each byte once.
fn walk(mut bytes: &[u8], limit: usize) -> Result<bool, TooDeep> {
    while !bytes.is_empty() {
        let Some(key) = varint(&mut bytes) else { return Ok(false) };
        let length = match key & 7 {
            0 => match varint(&mut bytes) {
                Some(_) => 0,
                None => return Ok(false),
            },
            1 => 8,
            5 => 4,
            2 => match varint(&mut bytes) {
                Some(length) if length <= bytes.len() as u64 => {
                    let (inner, rest) = bytes.split_at(length as usize);
                    let Some(limit) = limit.checked_sub(1) else { return Err(TooDeep) };
                    walk(inner, limit)?;
                    bytes = rest;
                    0
                }
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        if key >> 3 == 0 || length > bytes.len() {
            return Ok(false);
        }
        bytes = &bytes[length..];
    }
    Ok(true)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * index as u32).unwrap_or(0);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of `depth` messages inside each other, besides itself.
    fn nested(depth: usize) -> Vec<u8> {
        // From the innermost out, and backwards.
        let mut bytes = Vec::new();
        for _ in 0..depth {
            let mut head = vec![0x0a];
            prost::encoding::encode_varint(bytes.len() as u64, &mut head);
            bytes.extend(head.into_iter().rev());
        }
        bytes.reverse();
        bytes
    }

    #[test]
    fn counts_messages_inside_each_other() {
        for depth in [1, 2, 127, 128, 500] {
            assert_eq!(check(&nested(depth), depth), Ok(()), "{depth}");
            assert_eq!(check(&nested(depth), depth - 1), Err(TooDeep), "{depth}");
        }
    }

    #[test]
    fn many_beside_each_other_are_not_deep() {
        let bytes: Vec<u8> = nested(3).repeat(10_000);
        assert_eq!(check(&bytes, 3), Ok(()));
    }

    #[test]
    fn ends_on_what_is_no_message() {
        let ends: [&[u8]; 6] =
            [&[0x0a], &[0x0a, 5], &[0xff; 30], &[0x0b], &[0x09, 1], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff]];
        for bytes in ends {
            assert_eq!(walk(bytes, 10), Ok(false), "{bytes:?}");
        }
    }

    #[test]
    fn a_megabyte_of_nested_messages_needs_no_stack() {
        let bytes = nested(300_000);
        assert_eq!(check(&bytes, 500), Err(TooDeep));
    }
}
