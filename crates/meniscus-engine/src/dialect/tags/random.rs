use super::{Tag, first_word};
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{View, print};

/// Prints a random number in [0, 1), or a random whole number below the given one.
///
/// Chance comes from the scenario's `seed` (reference 2.7).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "random",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Prints a random number in [0, 1), or a random whole number below the given one.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let bound = first_word(renderer, options)?;
    let chance = next(&mut renderer.state.chance);
    match bound.trim().parse::<u64>() {
        Ok(bound) if bound > 0 => out.push_str(&(chance % bound).to_string()),
        // 53 bits are what a float holds.
        _ => print(View::Float((chance >> 11) as f64 / (1u64 << 53) as f64), out),
    }
    Ok(())
}

/// The next number of a SplitMix64 sequence.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
