use super::choice::{LANGUAGE, SETTINGS, Setting};
use super::found::{Readable, loosely};
use super::marks::Marks;
use super::probes::{CALL_PROBES, PROBES, Probe};

/// The most characters of what was found.
const MOST_FOUND: usize = 200;

/// What Braze says to a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As we have it.
    Holds,
    /// As a setting would have it: see [`Judged::settings`].
    Set,
    /// Neither as we have it nor as a setting would.
    Differs { expected: String, found: String },
    /// The marks are lost, or it wasn't asked.
    Lost,
}

/// What is known of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFound {
    pub name: &'static str,
    /// Its value in TOML, if the probes agree on one.
    pub value: Option<&'static str>,
    /// Whether that is the value without a setting.
    pub is_default: bool,
}

/// All that a result tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    pub outcomes: Vec<(&'static Probe, Outcome)>,
    pub settings: Vec<SettingFound>,
}

/// Holds a result against our choices.
#[must_use]
pub fn judge(result: &Readable) -> Judged {
    let mut judged = Judged::default();
    let mut values: Vec<(Setting, Option<Vec<&'static str>>)> =
        SETTINGS.map(|setting| (setting, None)).to_vec();
    let marks = result.texts.iter().map(|text| Marks::of(text)).collect::<Vec<_>>();
    let is_asked = |probe: &&Probe| marks.iter().any(|marks| marks.has(probe.number));
    // The two templates may come back one by one.
    let asked =
        [PROBES, CALL_PROBES].into_iter().filter(|all| all.iter().any(|one| is_asked(&one)));
    for probe in asked.flatten() {
        let found = result.texts.iter().zip(&marks);
        let found = found.filter_map(|(text, marks)| marks.between(text, probe.number));
        let found = found.collect::<Vec<_>>();
        let setting = values.iter_mut().find(|(setting, _)| setting.probes.contains(&probe.number));
        let outcome = match setting {
            _ if found.is_empty() => Outcome::Lost,
            None => plain(probe, &found),
            Some((setting, known)) => {
                let fitting = fitting(probe, setting, &found);
                let left = match known.take() {
                    None => fitting.clone(),
                    Some(known) => known.into_iter().filter(|one| fitting.contains(one)).collect(),
                };
                let is_ours = fitting.first() == setting.values.first();
                *known = Some(left);
                match fitting.is_empty() {
                    true => differs(probe, &found),
                    false if is_ours => Outcome::Holds,
                    false => Outcome::Set,
                }
            }
        };
        judged.outcomes.push((probe, outcome));
    }
    judged.settings = values
        .into_iter()
        .filter_map(|(setting, left)| {
            let left = left?;
            // Several may be left where the other probe is lost: the one without a setting counts.
            let value = left.first().copied();
            let is_default = value == setting.values.first().copied();
            Some(SettingFound { name: setting.name, value, is_default })
        })
        .collect();
    judged
}

fn plain(probe: &Probe, found: &[&str]) -> Outcome {
    let expected = probe.expected();
    match found.iter().any(|found| is_same(found, &expected, &[])) {
        true => Outcome::Holds,
        false => differs(probe, found),
    }
}

/// Returns the values of a setting that print what was found, by the first way of reading it that
/// fits one: what HTML shows lacks its comments.
fn fitting(probe: &Probe, setting: &Setting, found: &[&str]) -> Vec<&'static str> {
    let under = probe.under(setting);
    let others = under.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    // Another language is one, too.
    let is_language = |text: &str| {
        let text = text.trim();
        text.len() <= 5 && text.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
    };
    let fits = |found: &str| {
        let fits = under.iter().filter(|(_, text)| {
            is_same(found, text, &others) || (text == LANGUAGE && is_language(found))
        });
        fits.map(|(value, _)| *value).collect::<Vec<_>>()
    };
    found.iter().map(|found| fits(found)).find(|fits| !fits.is_empty()).unwrap_or_default()
}

/// Whether a text is what was printed. What mail programs change doesn't count, unless it would make
/// two different texts alike.
fn is_same(found: &str, text: &str, others: &[&str]) -> bool {
    if found == text {
        return true;
    }
    let wanted = loosely(text);
    let is_told_apart = others.iter().all(|other| *other == text || loosely(other) != wanted);
    is_told_apart && loosely(found) == wanted
}

fn differs(probe: &Probe, found: &[&str]) -> Outcome {
    let found = found.first().copied().unwrap_or_default();
    let found = found.chars().take(MOST_FOUND).collect();
    Outcome::Differs { expected: probe.expected(), found }
}
