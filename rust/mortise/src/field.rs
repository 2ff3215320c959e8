use crate::sys;
use core::marker::PhantomData;

/// A named value of a line.
#[repr(transparent)]
pub struct Field<'a>(sys::Member, PhantomData<&'a ()>);

impl Field<'_> {
    pub(crate) fn as_sys(fields: &[Self]) -> *const sys::Member {
        fields.as_ptr().cast() // they are transparent
    }
}

/// Name and value must live as long as the field, which ends with the line.
#[inline]
pub fn field<'a>(name: &'a str, value: &'a (impl FieldValue + ?Sized)) -> Field<'a> {
    Field(sys::Member { key: sys::Text::of(name), value: value.value() }, PhantomData)
}

/// What may be a named value of a line: truth values, numbers, and texts. For anything else there is
/// `&value.to_string()`, which is evaluated only when the line is kept.
///
/// Integers beyond an `i64` become numbers with a fraction, which hold 53 bits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of a line",
    label = "must be a truth value, a number or a text",
    note = "anything that can be displayed becomes a text with `&value.to_string()`"
)]
pub trait FieldValue: sealed::Sealed {
    #[doc(hidden)]
    fn value(&self) -> sys::Value;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! field_value {
    ($($type:ty: |$value:ident| $make:expr;)*) => {
        $(
            impl sealed::Sealed for $type {}
            impl FieldValue for $type {
                #[inline]
                fn value(&self) -> sys::Value {
                    let $value = self;
                    $make
                }
            }
        )*
    };
}

fn boolean(boolean: bool) -> sys::Value {
    let data = sys::ValueData { boolean: boolean.into() };
    sys::Value { type_: sys::VALUE_BOOLEAN, count: 0, data }
}

fn integer(integer: i64) -> sys::Value {
    sys::Value { type_: sys::VALUE_INTEGER, count: 0, data: sys::ValueData { integer } }
}

fn double(number: f64) -> sys::Value {
    sys::Value { type_: sys::VALUE_DOUBLE, count: 0, data: sys::ValueData { number } }
}

fn unsigned(number: u64) -> sys::Value {
    i64::try_from(number).map_or_else(|_| double(number as f64), integer)
}

fn text(text: &str) -> sys::Value {
    let data = sys::ValueData { text: sys::Text::of(text) };
    sys::Value { type_: sys::VALUE_TEXT, count: 0, data }
}

field_value! {
    bool: |value| boolean(*value);
    i8: |value| integer((*value).into());
    i16: |value| integer((*value).into());
    i32: |value| integer((*value).into());
    i64: |value| integer(*value);
    isize: |value| integer(*value as i64);
    u8: |value| integer((*value).into());
    u16: |value| integer((*value).into());
    u32: |value| integer((*value).into());
    u64: |value| unsigned(*value);
    usize: |value| unsigned(*value as u64);
    f32: |value| double((*value).into());
    f64: |value| double(*value);
    str: |value| text(value);
    String: |value| text(value);
    std::borrow::Cow<'_, str>: |value| text(value);
    crate::Error: |value| text(value.message());
}

impl<T: FieldValue + ?Sized> sealed::Sealed for &T {}
impl<T: FieldValue + ?Sized> FieldValue for &T {
    #[inline]
    fn value(&self) -> sys::Value {
        (**self).value()
    }
}
