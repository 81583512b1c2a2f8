//! Parsing and rendering beside other engines: `cargo bench --bench peers`.
//!
//! Every engine renders the same templates over the same data, converted beforehand, and must
//! print the same text. The engines take turns, and the best time of each counts: what else the
//! machine does only ever makes a turn longer.
//!
//! `-- --export FOLDER` writes the templates, the data, the text they render to and the times of
//! meniscus in nanoseconds there, for engines that are no crates (`benches/liquidjs/run.sh`).

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use meniscus::dialect::BRAZE;
use meniscus::recording::Replay;
use meniscus::render::{World, render};
use meniscus::syntax::parse;
use meniscus::text::Source;
use meniscus::value::{Time, Value, from_json};
use serde::Serialize;

/// Turns of each engine.
const TURNS: u32 = 60;

/// What a turn takes, about.
const TURN: Duration = Duration::from_millis(4);

/// The engine that the ratios are to.
const REFERENCE: &str = "liquid";

/// What the templates are rendered over.
#[derive(Serialize)]
struct Data {
    customer: Customer,
    offers: Vec<Offer>,
}

#[derive(Serialize)]
struct Customer {
    id: i64,
    first_name: &'static str,
    city: &'static str,
    tier: &'static str,
    points: i64,
    subscribed: bool,
}

#[derive(Serialize)]
struct Offer {
    id: i64,
    name: String,
    brand: &'static str,
    description: Option<&'static str>,
    discount: i64,
    price: f64,
    currency: Option<&'static str>,
    points: i64,
    tags: Vec<&'static str>,
    stock: Stock,
}

#[derive(Serialize)]
struct Stock {
    shop: &'static str,
    left: i64,
}

impl Data {
    fn new(offers: i64) -> Data {
        let customer = Customer {
            id: 4711,
            first_name: "Zoë",
            city: "Montréal",
            tier: "gold",
            points: 820,
            subscribed: false,
        };
        Data { customer, offers: (1..=offers).map(Offer::new).collect() }
    }
}

impl Offer {
    fn new(id: i64) -> Offer {
        let pick = |names: [&'static str; 3]| names[(id % 3) as usize];
        Offer {
            id,
            name: format!("{} Blend & Roast No. {id}", pick(["House", "Dark", "Summer"])),
            brand: pick(["Corner Coffee", "Old Mill", "Harbour"]),
            description: (id % 4 != 0).then_some("Roasted slowly, with a note of cocoa."),
            discount: id * 7 % 40,
            price: (id * 3 % 50) as f64 + 0.95,
            currency: (id % 2 == 0).then_some("CAD"),
            points: id % 90,
            tags: if id % 5 == 0 { vec!["new", "whole bean"] } else { vec!["ground"] },
            stock: Stock { shop: pick(["PLATEAU", "OLD-PORT", "MILE-END"]), left: id % 6 },
        }
    }
}

/// One text in the dialects of the engines, and the data to render it over.
struct Case {
    name: &'static str,
    liquid: String,
    jinja: String,
    data: Data,
}

fn cases() -> [Case; 3] {
    const OFFERS: (&str, &str) =
        (include_str!("templates/offers.liquid"), include_str!("templates/offers.jinja"));
    // Sections that differ in their numbers only, as a newsletter's do, with the list behind them.
    let email = |section: &str, list: &str| {
        let sections = (1..=48).map(|number| section.replace("NUMBER", &number.to_string()));
        sections.chain([list.to_owned()]).collect::<String>()
    };
    [
        Case {
            name: "push",
            liquid: include_str!("templates/push.liquid").to_owned(),
            jinja: include_str!("templates/push.jinja").to_owned(),
            data: Data::new(0),
        },
        Case {
            name: "offers",
            liquid: OFFERS.0.to_owned(),
            jinja: OFFERS.1.to_owned(),
            data: Data::new(20),
        },
        Case {
            name: "email",
            liquid: email(include_str!("templates/section.liquid"), OFFERS.0),
            jinja: email(include_str!("templates/section.jinja"), OFFERS.1),
            data: Data::new(1000),
        },
    ]
}

/// An engine at work on one case.
struct Contender<'c> {
    name: &'static str,
    parse: Box<dyn FnMut() + 'c>,
    render: Box<dyn FnMut() -> String + 'c>,
}

fn meniscus(case: &Case) -> Contender<'_> {
    let now = Time::from_epoch_seconds(0).expect("the epoch is a time");
    let mut world = World::new(&BRAZE, now, Arc::new(Replay::default()));
    let data = serde_json::to_value(&case.data).expect("the data is JSON");
    world.globals = match from_json(data) {
        Value::Object(object) => object,
        _ => Arc::default(),
    };
    let source = Arc::new(Source::new(case.name, &*case.liquid));
    let options = world.settings.parse;
    let template = parse(&source, &BRAZE, options);
    assert!(template.diagnostics.is_empty(), "{:?}", template.diagnostics);
    Contender {
        name: "meniscus",
        parse: Box::new(move || drop(black_box(parse(black_box(&source), &BRAZE, options)))),
        render: Box::new(move || render(black_box(&template), &world, false).output),
    }
}

fn liquid(case: &Case) -> Contender<'_> {
    let parser = liquid::ParserBuilder::with_stdlib().build().expect("the standard library builds");
    let data = liquid::model::to_object(&case.data).expect("the data is an object");
    let template = parser.parse(&case.liquid).expect("`liquid` reads the template");
    Contender {
        name: "liquid",
        parse: Box::new(move || drop(black_box(parser.parse(black_box(&case.liquid))))),
        render: Box::new(move || black_box(&template).render(&data).expect("`liquid` renders")),
    }
}

fn minijinja(case: &Case) -> Contender<'_> {
    // The environment lives as long as the templates that borrow from it: to the end.
    let environment: &'static minijinja::Environment<'static> =
        Box::leak(Box::new(minijinja::Environment::new()));
    let data = minijinja::Value::from(minijinja::value::Serde(&case.data));
    let template =
        environment.template_from_str(&case.jinja).expect("`minijinja` reads the template");
    Contender {
        name: "minijinja",
        parse: Box::new(move || {
            drop(black_box(environment.template_from_str(black_box(&case.jinja))));
        }),
        render: Box::new(move || {
            black_box(&template).render(data.clone()).expect("`minijinja` renders")
        }),
    }
}

fn contenders(case: &Case) -> Vec<Contender<'_>> {
    let contenders = vec![meniscus(case), liquid(case), minijinja(case)];
    same_text(case, contenders)
}

/// The same contenders, once they agree on the text.
fn same_text<'c>(case: &Case, mut contenders: Vec<Contender<'c>>) -> Vec<Contender<'c>> {
    let mut expected = None;
    for contender in &mut contenders {
        let text = (contender.render)();
        // Jinja drops the last line break of a template.
        let text = text.trim_end().to_owned();
        let expected = expected.get_or_insert_with(|| text.clone());
        for (ours, theirs) in expected.lines().zip(text.lines()) {
            assert_eq!(ours, theirs, "{} renders `{}` otherwise", contender.name, case.name);
        }
        assert_eq!(expected.len(), text.len(), "{} renders `{}`", contender.name, case.name);
    }
    contenders
}

/// The best time of one run of each piece of work, in nanoseconds, in turns.
fn best_times<'w>(work: &mut [&'w mut (dyn FnMut() + 'w)]) -> Vec<f64> {
    let runs: Vec<u32> = work.iter_mut().map(|work| runs_of_a_turn(*work)).collect();
    let mut best = vec![f64::INFINITY; work.len()];
    for _ in 0..TURNS {
        for (index, work) in work.iter_mut().enumerate() {
            let start = Instant::now();
            for _ in 0..runs[index] {
                work();
            }
            let each = start.elapsed().as_nanos() as f64 / f64::from(runs[index]);
            best[index] = best[index].min(each);
        }
    }
    best
}

fn runs_of_a_turn(work: &mut dyn FnMut()) -> u32 {
    work();
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < TURN {
        work();
        runs += 1;
    }
    runs.max(1)
}

/// The times of a case: of parsing and of rendering, for each engine.
struct Times {
    case: &'static str,
    engines: Vec<&'static str>,
    parse: Vec<f64>,
    render: Vec<f64>,
}

fn measure(case: &Case, mut contenders: Vec<Contender<'_>>) -> Times {
    let engines = contenders.iter().map(|contender| contender.name).collect();
    let mut parses: Vec<&mut dyn FnMut()> = Vec::new();
    let mut renders: Vec<Box<dyn FnMut() + '_>> = Vec::new();
    for Contender { parse, render, .. } in &mut contenders {
        parses.push(parse);
        renders.push(Box::new(|| drop(black_box(render()))));
    }
    let parse = best_times(&mut parses);
    let mut renders: Vec<&mut dyn FnMut()> =
        renders.iter_mut().map(|render| &mut **render as &mut dyn FnMut()).collect();
    Times { case: case.name, engines, parse, render: best_times(&mut renders) }
}

fn print_table(all: &[Times]) {
    let engines = &all[0].engines;
    let reference = engines.iter().position(|name| *name == REFERENCE).expect("it takes part");
    print!("{:<18}", format!("{REFERENCE} = 1.00"));
    engines.iter().for_each(|name| print!("{name:>12}"));
    println!();
    for (action, times) in [
        ("parse", all.iter().map(|times| &times.parse).collect::<Vec<_>>()),
        ("render", all.iter().map(|times| &times.render).collect()),
    ] {
        let mut logarithms = vec![0.0; engines.len()];
        for (case, times) in all.iter().zip(&times) {
            print!("{:<18}", format!("{action} {}", case.case));
            for (engine, time) in times.iter().enumerate() {
                let ratio = time / times[reference];
                logarithms[engine] += ratio.ln();
                print!("{ratio:>12.3}");
            }
            println!();
        }
        print!("{:<18}", format!("{action} mean"));
        logarithms.iter().for_each(|sum| print!("{:>12.3}", (sum / all.len() as f64).exp()));
        println!("\n");
    }
}

fn export(folder: &Path, cases: &[Case]) -> std::io::Result<()> {
    let mut times = serde_json::Map::new();
    for case in cases {
        let mut contenders = same_text(case, vec![meniscus(case)]);
        let text = (contenders[0].render)();
        std::fs::write(folder.join(format!("{}.liquid", case.name)), &case.liquid)?;
        std::fs::write(folder.join(format!("{}.txt", case.name)), text)?;
        let data = serde_json::to_string(&case.data)?;
        std::fs::write(folder.join(format!("{}.json", case.name)), data)?;
        let measured = measure(case, contenders);
        let entry = serde_json::json!({
            "parse": measured.parse[0] as u64,
            "render": measured.render[0] as u64,
        });
        times.insert(case.name.to_owned(), entry);
    }
    std::fs::write(folder.join("times.json"), serde_json::to_string(&times)?)
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cases = cases();
    if let Some(at) = arguments.iter().position(|argument| argument == "--export") {
        let folder = arguments.get(at + 1).map_or(".", String::as_str);
        return export(Path::new(folder), &cases);
    }
    // `cargo test --benches` asks whether the benchmarks run, not how fast.
    if !arguments.iter().any(|argument| argument == "--bench") {
        cases.iter().for_each(|case| drop(contenders(case)));
        return Ok(());
    }
    for case in &cases {
        let (source, offers) = (case.liquid.len(), case.data.offers.len());
        println!("{}: {source} bytes of template, {offers} offers", case.name);
    }
    println!();
    let all: Vec<Times> = cases.iter().map(|case| measure(case, contenders(case))).collect();
    print_table(&all);
    let email = &all[all.len() - 1];
    let (parse, render) = (email.parse[0] / 1e3, email.render[0] / 1e3);
    println!(
        "to scale: meniscus parses the email in {parse:.0} µs and renders it in {render:.0} µs"
    );
    Ok(())
}
