//! Provides test.used by calling test.served: every call from TypeScript comes back to TypeScript.

use mortise::prelude::*;

#[rustfmt::skip]
mod test_served;
#[rustfmt::skip]
mod test_used;

use test_used::{Caller, Mode, Point, Provider, Settings, Shape};

mortise::plugin!(name = "kinds_rust");
mortise::require!(test_served::TestServedV1, 0);
mortise::provide!(test_used::Table);

struct Kinds;

fn served() -> &'static test_served::TestServedV1 {
    test_served_service.get().expect("the host refuses the plugin without it")
}

impl Provider for Kinds {
    fn narrow(_: &Caller<'_>, a: i8, b: u8, c: i16, d: u16) -> i32 {
        if a == 13 {
            panic!("{a} is unlucky");
        }
        served().narrow(a, b, c, d)
    }
    fn wide(_: &Caller<'_>, a: i64, b: u64) -> (bool, i64, u64) {
        served().wide(a, b)
    }
    fn whole(_: &Caller<'_>, value: i64) -> i64 {
        served().whole(value)
    }
    fn real(_: &Caller<'_>, a: f32, b: f64) -> (f64, f32) {
        served().real(a, b)
    }
    fn flag(_: &Caller<'_>, yes: bool) -> Result<bool, Error> {
        served().flag(yes)
    }
    fn join(_: &Caller<'_>, left: &str, right: &str, joined: &mut [u8]) -> Result<u64, Error> {
        if left == "panic" {
            panic!("as it was asked to");
        }
        served().join(left, right, joined)
    }
    fn sum(_: &Caller<'_>, data: &[u8]) -> Result<u32, Error> {
        if data == b"panic" {
            let visit = &mut |_: u32, _: u8, _: &str, _: &[u8]| panic!("in a callback");
            served().each(data, visit, &mut || Ok(()))?;
        }
        served().sum(data)
    }
    fn each(
        caller: &Caller<'_>,
        items: &[u8],
        visit: &mut dyn FnMut(u32, u8, &str, &[u8]) -> i32,
        stop: &mut dyn FnMut() -> Result<(), Error>,
    ) -> Result<(), Error> {
        if caller.plugin() != "mortise" {
            return Err(format!("called by {}", caller.plugin()).into());
        }
        served().each(items, visit, stop)
    }
    #[expect(clippy::many_single_char_names)]
    fn many(_: &Caller<'_>, a: i32, b: f64, c: i32, d: i32, e: f64, f: i32, g: i32, h: i32, i: i64) -> Result<f64, Error> {
        served().many(a, b, c, d, e, f, g, h, i)
    }
    fn note(_: &Caller<'_>, type_: u16) {
        served().note(type_);
    }
    fn scale(_: &Caller<'_>, samples: &[f32], by: f64, scaled: &mut [f32]) -> Result<(), Error> {
        served().scale(samples, by, scaled)
    }
    fn total(_: &Caller<'_>, counts: &[u64], kind: &[i16], visit: &mut dyn FnMut()) -> i64 {
        served().total(counts, kind, visit)
    }
    fn name(
        _: &Caller<'_>,
        shape: Shape,
        mode: Mode,
        count: u64,
        visit: &mut dyn FnMut(Shape, Mode),
    ) -> Result<(Shape, Mode, u64), Error> {
        let served_shape = test_served::Shape(if count == 13 { 7 } else { shape.0 });
        let served_mode = test_served::Mode(if count == 14 { 4 } else { mode.0 });
        let visit = &mut |shape: test_served::Shape, mode: test_served::Mode| visit(Shape(shape.0), Mode(mode.0));
        let (other, both, next) = served().name(served_shape, served_mode, count, visit)?;
        Ok((
            if count == 15 { Shape(7) } else { Shape(other.0) },
            if count == 16 { Mode::LOOP | Mode::LAST | Mode(4) } else { Mode(both.0) },
            next,
        ))
    }
    fn tune(_: &Caller<'_>, settings: &Settings, step: u8) -> Result<(Settings, Point), Error> {
        let passed = test_served::Settings {
            tiny: settings.tiny,
            gain: settings.gain,
            mode: test_served::Mode(settings.mode.0),
            shape: test_served::Shape(settings.shape.0),
            is_loud: settings.is_loud,
            frames: settings.frames,
            whole: settings.whole,
            type_: settings.type_,
            at: test_served::Point { x: settings.at.x, y: settings.at.y },
        };
        let (tuned, middle) = served().tune(&passed, step)?;
        let tuned = Settings {
            tiny: tuned.tiny,
            gain: tuned.gain,
            mode: Mode(tuned.mode.0),
            shape: Shape(if step == 15 { 7 } else { tuned.shape.0 }),
            is_loud: (!bool::from(tuned.is_loud)).into(),
            frames: tuned.frames,
            whole: tuned.whole,
            type_: tuned.type_,
            at: Point { x: tuned.at.x, y: tuned.at.y },
        };
        Ok((Settings { is_loud: (!tuned.is_loud.get()).into(), ..tuned }, Point { x: middle.x, y: middle.y }))
    }
    fn greet(_: &Caller<'_>, name: &str) -> Result<(String, u64), Error> {
        served().greet(name)
    }
    fn blob(_: &Caller<'_>, size: u32) -> Result<Vec<u8>, Error> {
        served().blob(size)
    }
    fn single(_: &Caller<'_>, value: f32) -> f32 {
        served().single(value)
    }
    fn latest(_: &Caller<'_>, value: u8) -> u8 {
        value + 1
    }
}

static TABLE: test_used::Table = test_used::table::<Kinds>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}
