//! Parameters of callbacks that are called as the callback is, as its data, and as what stands around them.

use mortise::prelude::*;

#[rustfmt::skip]
mod test_names;

use test_names::{Caller, Provider};

mortise::plugin!(name = "names_rust");
mortise::require!(test_names::TestNamesV1);
mortise::provide!(test_names::Table);

struct Names;

impl Provider for Names {
    fn each(_: &Caller<'_>, line: &mut dyn FnMut(&str, i64)) -> Result<(), Error> {
        line("one", 1);
        Ok(())
    }
    fn min_(_: &Caller<'_>, near_: i32, far_: i32) -> i32 {
        near_.min(far_)
    }
    fn use_(_: &Caller<'_>, visit: &mut dyn FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        visit(b"some")
    }
    fn use_visit(_: &Caller<'_>, x: &mut dyn FnMut()) {
        x();
    }
    fn use_visit_x(_: &Caller<'_>, interface_: &mut dyn FnMut(&str) -> bool) -> bool {
        interface_("it")
    }
}

static TABLE: test_names::Table = test_names::table::<Names>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

#[mortise::init]
fn init() -> Result<(), Error> {
    let table = test_names_service.get().ok_or("no service")?;
    let mut seen = String::new();
    table.each(&mut |line, line_data| seen += &format!("{line}{line_data}"))?;
    table.use_(&mut |data: &[u8]| {
        seen += &format!("{}", data.len());
        Ok(())
    })?;
    table.use_visit(&mut || seen += "x");
    if table.use_visit_x(&mut |interface| interface == "it") && table.min_(3, 2) == 2 && seen == "one14x" {
        Ok(())
    } else {
        Err(Error::new(seen))
    }
}
