//! What the functions of a plugin may return.

use crate::error::Failure;
use crate::route::Route;

/// What an init or a register may return.
#[diagnostic::on_unimplemented(
    message = "an init or register function can't return `{Self}`",
    label = "must return `Result<(), E>` or nothing",
    note = "E is mortise::Failure or anything that implements Display"
)]
pub trait Outcome {
    fn into_result(self) -> Result<(), Failure>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<E: Into<Failure>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<(), Failure> {
        self.map_err(Into::into)
    }
}

/// What a route function may answer.
#[diagnostic::on_unimplemented(
    message = "a route function can't return `{Self}`",
    label = "must return `Route` or `Option<Route>`"
)]
pub trait Decision {
    fn into_route(self) -> Route;
}

impl Decision for Route {
    #[inline]
    fn into_route(self) -> Route {
        self
    }
}

impl Decision for Option<Route> {
    #[inline]
    fn into_route(self) -> Route {
        self.unwrap_or(Route::unknown())
    }
}
