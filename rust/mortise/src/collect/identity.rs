use crate::sys;
use core::fmt;
use std::borrow::Cow;

/// What a series of values is called. It displays as `host/plugin-instance/type-instance`, without an empty instance
/// and its dash. What isn't UTF-8 in a name is read as the character for that.
#[derive(Clone, Copy)]
pub struct Identity<'a>(pub(super) &'a sys::CollectIdentity);

macro_rules! parts {
    ($($(#[$about:meta])* $name:ident;)*) => {
        $(
            $(#[$about])*
            #[must_use]
            pub fn $name(&self) -> Cow<'a, str> {
                // SAFETY: the host's text lives as long as what it stands in.
                String::from_utf8_lossy(unsafe { self.0.$name.bytes() })
            }
        )*
    };
}

impl<'a> Identity<'a> {
    parts! {
        /// The machine.
        host;
        /// Who read it.
        plugin;
        /// Of the plugin: which processor, disk or interface; may be empty.
        plugin_instance;
        /// Of a data set.
        type_;
        /// Of the type: `free`, `idle`; may be empty.
        type_instance;
    }
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dash = |instance: &str| if instance.is_empty() { "" } else { "-" };
        let (plugin, type_) = (self.plugin_instance(), self.type_instance());
        write!(formatter, "{}/{}{}{plugin}", self.host(), self.plugin(), dash(&plugin))?;
        write!(formatter, "/{}{}{type_}", self.type_(), dash(&type_))
    }
}

impl fmt::Debug for Identity<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity({self})")
    }
}
