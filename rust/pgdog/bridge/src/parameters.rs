//! The host's parameters as a plugin's: Rust's own types, over bytes that stay the host's. A plugin only borrows
//! them: it forgets what it was handed, and clones what it keeps.

use mortise::sys;
use pgdog_plugin::parameters::{Parameter, ParameterFormat};
use pgdog_plugin::PdParameters;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ptr::NonNull;

/// As many need no allocation; nearly all statements have fewer.
const FEW: usize = 16;

/// A parameter that the plugin's types can't hold.
pub struct Unfit;

/// Hands `parameters` to `call`, for as long as that takes.
pub fn with<R>(parameters: &[sys::Parameter], call: impl FnOnce(PdParameters) -> R) -> Result<R, Unfit> {
    let count = parameters.len();
    let mut few = [const { MaybeUninit::<Parameter>::uninit() }; FEW];
    let mut many = Vec::new();
    let own: &mut [MaybeUninit<Parameter>] = if count <= FEW {
        &mut few[..count]
    } else {
        many.resize_with(count, MaybeUninit::uninit);
        &mut many
    };
    let mut is_text = true;
    for (place, parameter) in own.iter_mut().zip(parameters) {
        is_text &= parameter.format == sys::FORMAT_TEXT;
        place.write(ManuallyDrop::into_inner(borrowed(parameter)?));
    }
    // Without codes all are text. Never null: a plugin takes that for no parameters.
    let mut codes = Vec::new();
    if !is_text {
        codes.extend(parameters.iter().map(|parameter| match parameter.format {
            sys::FORMAT_BINARY => ParameterFormat::Binary,
            _ => ParameterFormat::Text,
        }));
    }
    Ok(call(PdParameters {
        num_params: count as u64,
        params: own.as_mut_ptr().cast(),
        num_format_codes: codes.len() as u64,
        format_codes: codes.as_mut_ptr().cast(),
    }))
    // Nothing in `few` and `many` is dropped: the bytes are the host's.
}

/// Must never be dropped.
fn borrowed(parameter: &sys::Parameter) -> Result<ManuallyDrop<Parameter>, Unfit> {
    if parameter.is_null != 0 {
        return Ok(ManuallyDrop::new(Parameter { len: -1, data: Vec::new() }));
    }
    let is_known = matches!(parameter.format, sys::FORMAT_TEXT | sys::FORMAT_BINARY);
    let len = i32::try_from(parameter.size).map_err(|_| Unfit)?;
    let data = match NonNull::new(parameter.data.cast_mut()) {
        _ if !is_known => return Err(Unfit),
        _ if len == 0 => Vec::new(),
        None => return Err(Unfit),
        // SAFETY: the host vouches for the bytes during this call. The Vec is never dropped nor grown: here it is
        // wrapped, and the plugin has only shared references.
        Some(data) => unsafe { Vec::from_raw_parts(data.as_ptr(), len as usize, len as usize) },
    };
    Ok(ManuallyDrop::new(Parameter { len, data }))
}
