//! low_pass: an effect in Rust.

use core::cell::Cell;
use mortise::prelude::*;

#[rustfmt::skip] // written by mortise headers
mod audio_effect;

use audio_effect::{Caller, Provider, Settings};

mortise::plugin!();
mortise::provide!(audio_effect::Table);

struct LowPass;

/// What it keeps for each stream.
struct Filter {
    mix: f32,
    amount: f32,
    last: Cell<f32>,
}

impl Provider for LowPass {
    type Stream = Filter;

    fn describe(_: &Caller<'_>) -> Result<String, Error> {
        Ok("high notes are held back".to_owned())
    }

    fn open(_: &Caller<'_>, settings: &Settings) -> Result<Filter, Error> {
        if !(0.0..1.0).contains(&settings.amount) {
            return Err(format!("amount is {}, and can be from 0 to less than 1", settings.amount).into());
        }
        Ok(Filter { mix: settings.mix, amount: settings.amount, last: Cell::new(0.0) })
    }

    fn process(_: &Caller<'_>, stream: &Filter, samples: &mut [f32]) -> Result<(), Error> {
        let mut last = stream.last.get();
        for sample in samples {
            last = last * stream.amount + *sample * (1.0 - stream.amount);
            *sample = *sample * (1.0 - stream.mix) + last * stream.mix;
        }
        stream.last.set(last);
        Ok(())
    }

    fn close(_: &Caller<'_>, _: Filter) {}
}

static TABLE: audio_effect::Table = audio_effect::table::<LowPass>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}
