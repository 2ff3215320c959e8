//! Calls test.settings, whose definition is of 1.1, in init: what an older provider lacks is None.

use mortise::prelude::*;

#[rustfmt::skip]
mod test_settings;

use test_settings::TestSettingsV1;

mortise::plugin!(name = "versions");
mortise::require!(test_settings::TestSettingsV1);
mortise::want!(log, 1, 0);

#[mortise::init]
fn init() -> Result<(), Error> {
    let settings: &'static TestSettingsV1 = test_settings_service.get().ok_or("no host")?;
    let mut seen = 0;
    let walked = settings.walk(2, &mut |step| seen += step);
    mortise::info!(
        "{} {:?} {:?} {:?} {:?} {seen}",
        settings.level(),
        settings.verbose(),
        settings.sized(3).map(|answer| answer.map_err(|error| error.message().to_owned())),
        settings.reset().map(|answer| answer.is_ok()),
        walked.map(|answer| answer.map_err(|error| error.message().to_owned())),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::test_settings::{Caller, Provider, Table, table};
    use super::*;

    struct Mine;

    impl Provider for Mine {
        fn level(caller: &Caller<'_>) -> i32 {
            i32::from(caller.plugin().is_empty())
        }
        fn verbose(caller: &Caller<'_>) -> bool {
            caller.plugin() == "tester"
        }
        fn sized(_: &Caller<'_>, of: u32) -> Result<u64, Error> {
            if of == 0 { Err("nothing".into()) } else { Ok(u64::from(of) * 10) }
        }
        fn reset(_: &Caller<'_>) -> Result<(), Error> {
            panic!("as it was asked to")
        }
        fn walk(_: &Caller<'_>, steps: u32, visit: &mut dyn FnMut(u32)) -> Result<(), Error> {
            (0..steps).for_each(visit);
            panic!("after {steps} steps")
        }
    }

    static TABLE: Table = table::<Mine>();

    #[test]
    fn functions_are_called_without_a_host() {
        assert!(Mine::verbose(&Caller::testing("tester")));
        assert!(!Mine::verbose(&Caller::testing("other")));
    }

    #[test]
    fn so_is_the_table() {
        assert_eq!(TABLE.level(), 1);
        assert_eq!(TABLE.verbose(), Some(false));
        assert_eq!(TABLE.sized(4).unwrap().unwrap(), 40);
        assert_eq!(TABLE.sized(0).unwrap().unwrap_err().message(), "nothing");
        assert!(TABLE.reset().unwrap().is_err());
        let mut seen = Vec::new();
        let error = TABLE.walk(3, &mut |step| seen.push(step)).unwrap().unwrap_err();
        assert_eq!((error.message(), seen), ("walk panicked: after 3 steps", vec![0, 1, 2]));
    }

    #[test]
    fn each_table_has_the_version_of_its_functions() {
        fn version<T: mortise::Service>() -> (&'static str, u16, u16) {
            (T::NAME, T::MAJOR, T::MINOR)
        }
        assert_eq!(version::<TestSettingsV1>(), ("test.settings", 1, 0));
        assert_eq!(version::<Table>(), ("test.settings", 1, 1));
    }
}
