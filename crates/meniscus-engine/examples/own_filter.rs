//! Adds a filter to Braze's: `cargo run -p meniscus-engine --example own_filter`.

use meniscus_engine::dialect::{BRAZE, Extended};
use meniscus_engine::render::{Arguments, Facts, Filter, FilterContext, FilterError, Support};
use meniscus_engine::shape::{Gives, Signature, Takes};
use meniscus_engine::value::Val;
use meniscus_engine::{Engine, Recipient};

/// `{{ x | stars }}`: as many stars as a number says.
static STARS: Filter = Filter {
    name: "stars",
    parameters: &[],
    support: Support::Unlisted,
    signature: Signature { takes: Takes::Number, gives: Gives::Text },
    facts: Facts::NONE,
    summary: "As many stars as the number says.",
    eval: stars,
};

static MINE: Extended = Extended::new(&BRAZE, &[&STARS]);

fn stars<'v>(
    input: Val<'v>,
    _arguments: &Arguments<'v>,
    context: &FilterContext<'_>,
) -> Result<Val<'v>, FilterError> {
    let count = input.to_str().parse::<usize>().unwrap_or(0);
    // Whatever a template asks for, the render stays within its limits.
    context.check_bytes(count.saturating_mul("★".len()))?;
    Ok(Val::from("★".repeat(count)))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::of(&MINE);
    let template = engine.compile("{{custom_attribute.${rating} | stars | append: '!' | upcase}}");
    let customer = Recipient::from_json(r#"{"custom_attribute": {"rating": 4}}"#)?;
    let outcome = template.render(&engine.environment(), &customer);
    println!("{}", outcome.output);
    assert_eq!(outcome.output, "★★★★!");
    Ok(())
}
