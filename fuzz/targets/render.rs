//! Any text renders within its bounds, and twice to the same bytes.
#![no_main]

#[path = "../../tests/support/world.rs"]
mod world;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use meniscus::dialect::BRAZE;
use meniscus::render::{OnError, World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;

/// Errors are printed, so that what stands behind one is rendered too.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    let mut world = world::world();
    world.settings.on_error = OnError::Print;
    world
});

fuzz_target!(|text: &str| {
    let source = Arc::new(Source::new("fuzz", text));
    let mut template = parse(&source, &BRAZE, WORLD.settings.parse);
    // What is refused is not rendered; here it is, as far as it goes.
    template.refused = false;
    let traced = render(&template, &WORLD, true);
    let plain = render(&template, &WORLD, false);
    assert_eq!(traced.output, plain.output);
    assert_eq!(format!("{:?}", traced.abort), format!("{:?}", plain.abort));
    assert_eq!(format!("{:?}", traced.diagnostics), format!("{:?}", plain.diagnostics));
});
