use crate::bound::Bound;
use crate::error::Error;
use crate::field::{Field, field};
use crate::host_cell::HostCell;
use crate::log::Line;
use crate::service::Cell;
use crate::{Severity, sys};
use ::tracing::field::Visit;
use ::tracing::span::{Attributes, Id, Record};
use ::tracing::{Event, Level, Metadata, Subscriber};
use std::fmt::{Debug, Write};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The events of the crate `tracing`, as lines of the host's log: a layer for a subscriber of the plugin's own.
/// [`install_tracing!`](crate::install_tracing!) is the short way. Needs the feature `tracing`, and
/// `mortise::require!(log, 1, 0);` or `mortise::want!(log, 1, 0);` in the crate's root.
///
/// ```standalone_crate
/// use tracing_subscriber::layer::SubscriberExt;
///
/// mortise::plugin!();
/// mortise::want!(log, 1, 0);
///
/// # fn main() {
/// let subscriber = tracing_subscriber::registry().with(mortise::tracing_layer!());
/// tracing::subscriber::with_default(subscriber, || tracing::info!(tenant = 42, "moved"));
/// # }
/// ```
#[macro_export]
#[expect(clippy::crate_in_macro_def, reason = "the cell and the host are the plugin's own")]
macro_rules! tracing_layer {
    () => {
        $crate::TracingLayer::of(&crate::module_host, &crate::mortise_log_service)
    };
}

/// Sends the events of the crate `tracing`, from this plugin and the crates that it is built with, to the host's log.
/// Once, in init. Needs the feature `tracing`, and `mortise::require!(log, 1, 0);` or `mortise::want!(log, 1, 0);` in the
/// crate's root.
///
/// An event's fields become fields of the line, its target the field `target`, and the spans around it, with their
/// fields, the field `span`, such as `request{tenant=42}:parse`. The host decides which severities it keeps; events of
/// `trace` are lines of [`Severity::Debug`].
///
/// The answer is an [`Error`] when this copy of the crate `tracing` has a subscriber already.
///
/// ```standalone_crate
/// mortise::plugin!();
/// mortise::require!(log, 1, 0);
///
/// #[mortise::init]
/// fn init() -> mortise::Result {
///     mortise::install_tracing!()?;
///     tracing::warn!(tenants = 4, "few tenants");
///     Ok(())
/// }
/// # fn main() { init().unwrap() }
/// ```
#[macro_export]
macro_rules! install_tracing {
    () => {
        $crate::__private::install_tracing($crate::tracing_layer!())
    };
}

/// # Errors
/// When there is a subscriber already.
pub fn install(layer: TracingLayer) -> Result<(), Error> {
    let subscriber = tracing_subscriber::registry().with(layer);
    ::tracing::subscriber::set_global_default(subscriber)
        .map_err(|_| Error::of("the crate tracing has a subscriber already"))
}

/// See [`tracing_layer!`](crate::tracing_layer!).
#[derive(Clone, Copy)]
pub struct TracingLayer(Option<Bound<sys::LogV1>>);

impl TracingLayer {
    #[doc(hidden)]
    #[must_use]
    pub fn of<const VERSION: u32>(host: &HostCell, service: &Cell<sys::LogV1, VERSION>) -> Self {
        Self(Bound::of(host, service))
    }

    fn line(&self, level: Level) -> Option<Line> {
        Line::bound(self.0?, severity(level))
    }
}

impl Debug for TracingLayer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TracingLayer(mortise.log)")
    }
}

/// A span's fields as text, kept with the span.
struct SpanFields(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TracingLayer {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        self.line(*event.metadata().level()).is_some()
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut text = SpanText::default();
        attributes.record(&mut text);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(text.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        let mut text =
            SpanText(extensions.remove::<SpanFields>().map_or_else(String::new, |fields| fields.0));
        values.record(&mut text);
        extensions.insert(SpanFields(text.0));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata: &Metadata<'_> = event.metadata();
        let Some(line) = self.line(*metadata.level()) else { return };
        let mut values = Values::default();
        event.record(&mut values);
        let mut spans = String::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            let separator = if spans.is_empty() { "" } else { ":" };
            let _ = write!(spans, "{separator}{}", span.name());
            if let Some(SpanFields(fields)) = span.extensions().get() {
                if !fields.is_empty() {
                    let _ = write!(spans, "{{{fields}}}");
                }
            }
        }
        let mut fields: Vec<Field<'_>> =
            values.fields.iter().map(|(name, value)| value.as_field(name)).collect();
        if !spans.is_empty() {
            fields.push(field("span", &spans));
        }
        let target = metadata.target();
        fields.push(field("target", target));
        line.write_fields(format_args!("{}", values.message), &fields);
    }
}

/// What an event carries, until its line is written.
#[derive(Default)]
struct Values {
    message: String,
    fields: Vec<(&'static str, Value)>,
}

enum Value {
    Boolean(bool),
    Signed(i64),
    Unsigned(u64),
    Number(f64),
    Text(String),
}

impl Value {
    fn as_field<'a>(&'a self, name: &'a str) -> Field<'a> {
        match self {
            Self::Boolean(value) => field(name, value),
            Self::Signed(value) => field(name, value),
            Self::Unsigned(value) => field(name, value),
            Self::Number(value) => field(name, value),
            Self::Text(value) => field(name, value),
        }
    }
}

impl Visit for Values {
    fn record_bool(&mut self, field: &::tracing::field::Field, value: bool) {
        self.fields.push((field.name(), Value::Boolean(value)));
    }

    fn record_i64(&mut self, field: &::tracing::field::Field, value: i64) {
        self.fields.push((field.name(), Value::Signed(value)));
    }

    fn record_u64(&mut self, field: &::tracing::field::Field, value: u64) {
        self.fields.push((field.name(), Value::Unsigned(value)));
    }

    fn record_f64(&mut self, field: &::tracing::field::Field, value: f64) {
        self.fields.push((field.name(), Value::Number(value)));
    }

    fn record_str(&mut self, field: &::tracing::field::Field, value: &str) {
        self.fields.push((field.name(), Value::Text(value.to_owned())));
    }

    fn record_debug(&mut self, field: &::tracing::field::Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            name => self.fields.push((name, Value::Text(text))),
        }
    }
}

/// `tenant=42 table="orders"`
#[derive(Default)]
struct SpanText(String);

impl Visit for SpanText {
    fn record_debug(&mut self, field: &::tracing::field::Field, value: &dyn Debug) {
        let separator = if self.0.is_empty() { "" } else { " " };
        let _ = write!(self.0, "{separator}{}={value:?}", field.name());
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warning,
        Level::INFO => Severity::Info,
        _ => Severity::Debug,
    }
}
